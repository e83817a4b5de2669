import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { keyQueries, type Key } from '../queries/keys';
import { Empty } from '../ui/empty';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { CreateKeyDialog } from './create-key-dialog';
import { KeyTable, type KeyAction } from './key-table';
import { RevokeKeyDialog } from './revoke-key-dialog';
import { RotateKeyDialog } from './rotate-key-dialog';

/** The tenant's keys, newest first, including revoked ones. */
export default function KeysPage() {
  const keys = useQuery(keyQueries.list());
  const [isCreating, creating] = useDisclosure(false);
  const [chosen, setChosen] = useState<{ action: KeyAction; key: Key }>();
  const close = () => setChosen(undefined);
  return (
    <>
      <PageTitle
        title="Keys"
        description="API keys for your servers and for this console. A key is shown only once, when it is created."
      >
        <Button onClick={creating.open}>Create a key</Button>
      </PageTitle>
      <QueryView query={keys} height={200}>
        {(data) =>
          data.length === 0 ? (
            <Empty title="No keys yet">Create a key for the server that calls operations.</Empty>
          ) : (
            <KeyTable
              keys={data.toReversed()}
              readAt={keys.dataUpdatedAt}
              onAction={(action, key) => setChosen({ action, key })}
            />
          )
        }
      </QueryView>
      <CreateKeyDialog opened={isCreating} onClose={creating.close} />
      {chosen?.action === 'rotate' && <RotateKeyDialog apiKey={chosen.key} onClose={close} />}
      {chosen?.action === 'revoke' && <RevokeKeyDialog apiKey={chosen.key} onClose={close} />}
    </>
  );
}
