import { Anchor, Button, Group, List, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { tenantQueries, useDeleteTenant, type Tenant } from '../queries/tenants';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { DataTable } from '../ui/data-table';
import { Empty } from '../ui/empty';
import { LoadMore } from '../ui/load-more';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { RelativeTime } from '../ui/relative-time';
import { CreateAdminKeyDialog } from './create-admin-key-dialog';
import { CreateTenantDialog } from './create-tenant-dialog';

type TenantAction = 'create-admin-key' | 'delete';

/** The deployment's tenants, for its operator. */
export default function TenantsPage() {
  const tenants = useInfiniteQuery(tenantQueries.list());
  const [isCreating, creating] = useDisclosure(false);
  const [chosen, setChosen] = useState<{ action: TenantAction; tenant: Tenant }>();
  const close = () => setChosen(undefined);
  return (
    <>
      <PageTitle
        title="Tenants"
        description="Each tenant has its own GPTs, users, keys and secrets, isolated from all others."
      >
        <Button onClick={creating.open}>Create a tenant</Button>
      </PageTitle>
      <QueryView query={tenants} height={200}>
        {(items) =>
          items.length === 0 ? (
            <Empty title="No tenants yet">
              Create a tenant to get its first admin key, which signs in to this console.
            </Empty>
          ) : (
            <>
              <TenantTable tenants={items} onAction={(action, tenant) => setChosen({ action, tenant })} />
              <LoadMore shown={items.length} query={tenants} />
            </>
          )
        }
      </QueryView>
      <CreateTenantDialog opened={isCreating} onClose={creating.close} />
      {chosen?.action === 'create-admin-key' && <CreateAdminKeyDialog tenant={chosen.tenant} onClose={close} />}
      {chosen?.action === 'delete' && <DeleteTenantDialog tenant={chosen.tenant} onClose={close} />}
    </>
  );
}

interface TenantTableProps {
  tenants: Tenant[];
  onAction: (action: TenantAction, tenant: Tenant) => void;
}

function TenantTable({ tenants, onAction }: TenantTableProps) {
  return (
    <DataTable label="Tenants" minWidth={1000} columns={['Name', 'Slug', 'Id', 'Created']} actions="Actions">
      {tenants.map((tenant) => (
        <Table.Tr key={tenant.id}>
          <Table.Th scope="row" fw={600}>
            {tenant.name}
          </Table.Th>
          <Table.Td>{tenant.slug}</Table.Td>
          <Table.Td className="mono nowrap">{tenant.id}</Table.Td>
          <Table.Td className="nowrap">
            <RelativeTime at={tenant.created_at} />
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
                aria-label={`Create an admin key for ${tenant.name}`}
                onClick={() => onAction('create-admin-key', tenant)}
              >
                Create an admin key
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Delete ${tenant.name}`}
                onClick={() => onAction('delete', tenant)}
              >
                Delete
              </Button>
            </Group>
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function DeleteTenantDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const remove = useDeleteTenant(tenant);
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={`Delete “${tenant.name}”?`}
      action="Delete permanently"
      typedName={tenant.name}
      confirm={() => remove.mutateAsync()}
    >
      <Text mb="xs">This immediately and permanently deletes:</Text>
      <List size="sm" spacing={2}>
        <List.Item>all of its API keys</List.Item>
        <List.Item>its GPTs and their actions</List.Item>
        <List.Item>its users&apos; connections, sign-ins and tokens, and its statistics</List.Item>
        <List.Item>its data keys, so that its secrets can no longer be decrypted</List.Item>
      </List>
      <Text size="sm" mt="xs">
        Tokens are not revoked at the providers: disconnect all users first if they should be. Earlier backups still
        contain the tenant&apos;s data. Its audit events are kept, under <span className="mono">{tenant.id}</span>.
      </Text>
    </ConfirmDialog>
  );
}
