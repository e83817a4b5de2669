import { Button, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useSession } from '../shell/session';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Empty } from '../ui/empty';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { CreateKey } from './create-key';
import { KeyTable, type Deed } from './key-table';
import { useKeys, useRevokeKey, type Key } from './queries';
import { RotateKey } from './rotate-key';

/** The tenant's keys, newest first, revoked ones too. */
export default function KeysPage() {
  const keys = useKeys();
  const [isCreating, creating] = useDisclosure(false);
  const [chosen, setChosen] = useState<{ deed: Deed; key: Key }>();
  const close = () => setChosen(undefined);
  return (
    <>
      <PageTitle title="Keys" text="What your servers and people sign in with. A key is shown once, when it is made.">
        <Button onClick={creating.open}>Create a key</Button>
      </PageTitle>
      {keys.error && <Failure error={keys.error} retry={() => void keys.refetch()} />}
      {keys.isPending && <Skeleton h={200} aria-label="Loading" />}
      {keys.data?.length === 0 && (
        <Empty title="There is no key">Create one for the server that calls operations.</Empty>
      )}
      {keys.data && keys.data.length > 0 && (
        <KeyTable
          keys={keys.data.toReversed()}
          readAt={keys.dataUpdatedAt}
          choose={(deed, key) => setChosen({ deed, key })}
        />
      )}
      <CreateKey isOpen={isCreating} close={creating.close} />
      {chosen && <Chosen deed={chosen.deed} of={chosen.key} close={close} />}
    </>
  );
}

function Chosen({ deed, of: key, close }: { deed: Deed; of: Key; close: () => void }) {
  const isOwn = useSession().data?.key_id === key.id;
  const revoke = useRevokeKey();
  if (deed === 'rotate') return <RotateKey of={key} isOwn={isOwn} close={close} />;
  return (
    <ConfirmDialog opened onClose={close} title={`Revoke “${key.name}”?`} action="Revoke" confirm={() => revoke(key)}>
      <Text>Whatever uses it is refused from now on. A revoked key cannot be brought back.</Text>
      {isOwn && (
        <Text mt="sm" fw={600}>
          You have signed in with this key: this session ends with it.
        </Text>
      )}
    </ConfirmDialog>
  );
}
