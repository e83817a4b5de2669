import { Button, Group, Stack, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { vaultQueries } from '../queries/vault';
import { Empty } from '../ui/empty';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { Readiness } from './readiness';
import { RotationCard } from './rotation-card';
import { StartRotationDialog } from './start-rotation-dialog';

/** Cards that are added at a time. Each of them polls its rotation. */
const CARDS_STEP = 10;

/** The vault's key rotations, and the server's readiness. */
export default function VaultPage() {
  const rotations = useQuery(vaultQueries.rotations());
  const [isStarting, starting] = useDisclosure(false);
  const [shown, setShown] = useState(CARDS_STEP);
  return (
    <>
      <PageTitle title="Vault" description="The keys that encrypt all secrets. Rotating them does not interrupt calls.">
        <Button onClick={starting.open}>Start a rotation</Button>
      </PageTitle>
      <Stack>
        <Readiness />
        <Title order={2} size="h4">
          Rotations
        </Title>
        <QueryView query={rotations} height={120}>
          {(data) => (
            <>
              {data.length === 0 && (
                <Empty title="No rotations yet">
                  Rotate keys after you change the key-encryption key, if a key may have leaked, or as your policy
                  requires.
                </Empty>
              )}
              <Stack component="ul" p={0} m={0}>
                {data.slice(0, shown).map((rotation) => (
                  <RotationCard key={rotation.id} listed={rotation} />
                ))}
              </Stack>
              {data.length > shown && (
                <Group>
                  <Button variant="default" onClick={() => setShown(shown + CARDS_STEP)}>
                    Load more
                  </Button>
                </Group>
              )}
            </>
          )}
        </QueryView>
      </Stack>
      <StartRotationDialog opened={isStarting} onClose={starting.close} />
    </>
  );
}
