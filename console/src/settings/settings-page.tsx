import { useQuery } from '@tanstack/react-query';
import { useSession } from '../queries/session';
import { tenantQueries, type Tenant } from '../queries/tenants';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { SaveForm } from '../ui/save-form';
import { SettingsSections } from './settings-sections';
import { useSettingsForm } from './use-settings-form';

/** The tenant's settings. */
export default function SettingsPage() {
  const tenantId = useSession()?.tenant_id ?? '';
  const tenant = useQuery({ ...tenantQueries.detail(tenantId), refetchOnWindowFocus: false });
  return (
    <>
      <PageTitle title="Settings" description="These apply to the whole tenant." />
      <QueryView query={tenant} height={400}>
        {(data) => <Form tenant={data} />}
      </QueryView>
    </>
  );
}

function Form({ tenant }: { tenant: Tenant }) {
  const form = useSettingsForm(tenant);
  return (
    <SaveForm form={form} savedMessage="Settings saved.">
      <SettingsSections form={form} />
    </SaveForm>
  );
}
