import { Button, Group, Skeleton, Stack, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { Empty } from '../ui/empty';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { useRotations } from './queries';
import { Readiness } from './readiness';
import { RotationCard } from './rotation-card';
import { StartRotation } from './start-rotation';

/** How many are shown at once: each is asked for by itself. */
const STEP = 10;

/** The keys that all secrets are sealed with, and their rotations. */
export default function VaultPage() {
  const rotations = useRotations();
  const [isStarting, starting] = useDisclosure(false);
  const [shown, setShown] = useState(STEP);
  const { data } = rotations;
  return (
    <>
      <PageTitle title="Vault" text="The keys that all secrets are sealed with. A rotation disturbs no call.">
        <Button onClick={starting.open}>Start a rotation</Button>
      </PageTitle>
      <Stack>
        <Readiness />
        <Title order={2} size="h4">
          Rotations
        </Title>
        {rotations.error && <Failure error={rotations.error} retry={() => void rotations.refetch()} />}
        {rotations.isPending && <Skeleton h={120} aria-label="Loading" />}
        {data?.length === 0 && (
          <Empty title="Nothing has been rotated yet">
            Start one after a change of the key-encryption key, when somebody may have seen a key, or as your rules ask.
          </Empty>
        )}
        {data && data.length > 0 && (
          <Stack component="ul" p={0} m={0}>
            {data.slice(0, shown).map((rotation) => (
              <RotationCard key={rotation.id} of={rotation} />
            ))}
          </Stack>
        )}
        {data && data.length > shown && (
          <Group>
            <Button variant="default" onClick={() => setShown(shown + STEP)}>
              Show older ones
            </Button>
          </Group>
        )}
      </Stack>
      <StartRotation isOpen={isStarting} close={starting.close} />
    </>
  );
}
