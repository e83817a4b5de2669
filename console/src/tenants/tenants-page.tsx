import { Anchor, Button, Group, List, Skeleton, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'wouter';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Empty } from '../ui/empty';
import { Failure } from '../ui/failure';
import { LoadMore } from '../ui/load-more';
import { PageTitle } from '../ui/page-title';
import { When } from '../ui/when';
import { WideTable } from '../ui/wide-table';
import { CreateTenant } from './create-tenant';
import { useDeleteTenant, useTenants, type Tenant } from './queries';

/** All tenants of the deployment, for its operator. */
export default function TenantsPage() {
  const tenants = useTenants();
  const [isCreating, creating] = useDisclosure(false);
  const [doomed, setDoomed] = useState<Tenant>();
  const { items } = tenants;
  return (
    <>
      <PageTitle title="Tenants" text="Each has its own GPTs, users, keys and secrets. None sees anything of another.">
        <Button onClick={creating.open}>Create a tenant</Button>
      </PageTitle>
      {tenants.error && !items && <Failure error={tenants.error} retry={() => void tenants.refetch()} />}
      {tenants.isPending && <Skeleton h={200} aria-label="Loading" />}
      {items?.length === 0 && (
        <Empty title="There is no tenant yet">
          Create one: its first admin key is shown then, and opens this console for whoever runs it.
        </Empty>
      )}
      {items && items.length > 0 && (
        <>
          <TenantTable tenants={items} remove={setDoomed} />
          <LoadMore shown={items.length} pages={tenants} />
        </>
      )}
      <CreateTenant isOpen={isCreating} close={creating.close} />
      {doomed && <DeleteTenant of={doomed} close={() => setDoomed(undefined)} />}
    </>
  );
}

function TenantTable({ tenants, remove }: { tenants: Tenant[]; remove: (tenant: Tenant) => void }) {
  return (
    <WideTable label="Tenants" minWidth={860}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Slug</Table.Th>
          <Table.Th>Id</Table.Th>
          <Table.Th>Created</Table.Th>
          <Table.Th>
            <span className="visually-hidden">What to do</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tenants.map((tenant) => (
          <Table.Tr key={tenant.id}>
            <Table.Th scope="row" fw={600}>
              {tenant.name}
            </Table.Th>
            <Table.Td>{tenant.slug}</Table.Td>
            <Table.Td className="mono" style={{ whiteSpace: 'nowrap' }}>
              {tenant.id}
            </Table.Td>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>
              <When at={tenant.created_at} />
            </Table.Td>
            <Table.Td>
              <Group gap="sm" wrap="nowrap" justify="flex-end">
                <Anchor
                  component={Link}
                  href={`/audit?tenant_id=${tenant.id}`}
                  size="sm"
                  aria-label={`Audit of ${tenant.name}`}
                >
                  Audit
                </Anchor>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Delete ${tenant.name}`}
                  onClick={() => remove(tenant)}
                >
                  Delete
                </Button>
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function DeleteTenant({ of: tenant, close }: { of: Tenant; close: () => void }) {
  const remove = useDeleteTenant();
  return (
    <ConfirmDialog
      opened
      onClose={close}
      title={`Delete “${tenant.name}”?`}
      action="Delete for good"
      name={tenant.name}
      confirm={() => remove(tenant)}
    >
      <Text mb="xs">This destroys, at once and for good:</Text>
      <List size="sm" spacing={2}>
        <List.Item>all of its keys: whatever uses them is refused</List.Item>
        <List.Item>its GPTs and their actions</List.Item>
        <List.Item>its users&apos; connections and sign-ins, with their tokens, and its statistics</List.Item>
        <List.Item>the data key of its secrets: nothing opens them here again</List.Item>
      </List>
      <Text size="sm" mt="xs">
        Providers are not told: revoke connections first where they should be. Backups from before still hold its data.
        Its audit events stay, under <span className="mono">{tenant.id}</span>.
      </Text>
    </ConfirmDialog>
  );
}
