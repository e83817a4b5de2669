import { Box, Button, Group, Skeleton, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { OperationTestDrawer } from '../operation-test/operation-test-drawer';
import { PolicyDialog } from '../policies/policy-dialog';
import type { Action, Operation } from '../queries/actions';
import { policyQueries, useSavePolicies, type ActionPolicy } from '../queries/policies';
import { Caution } from '../ui/caution';
import { Failure } from '../ui/failure';
import { OperationTable } from './operation-table';

/** The operations of an action with their policies. */
export function OperationsSection({ action }: { action: Action }) {
  const policy = useQuery(policyQueries.detail(action));
  return (
    <section aria-labelledby="operations-title">
      <Title order={2} size="h3" id="operations-title" mb="sm">
        Operations
      </Title>
      {policy.error && <Failure error={policy.error} />}
      {policy.data ? <Operations action={action} policy={policy.data} /> : !policy.error && <Skeleton h={240} />}
    </section>
  );
}

function Operations({ action, policy }: { action: Action; policy: ActionPolicy }) {
  const [chosen, setChosen] = useState<Operation>();
  const [isTesting, test] = useDisclosure(false);
  const [isEditing, edit] = useDisclosure(false);
  const [failure, setFailure] = useState<Error | null>(null);
  const remove = useSavePolicies(action);
  const { operations: policies, lost_operations: lost } = policy;
  const error = failure ?? remove.error;
  const choose = (open: () => void) => (operation: Operation) => {
    setChosen(operation);
    open();
  };
  return (
    <>
      {error && (
        <Box mb="sm">
          <Failure error={error} />
        </Box>
      )}
      <OperationTable
        operations={action.operations}
        policies={policies}
        actions={{ action, onTest: choose(test.open), onEditPolicy: choose(edit.open), onFailure: setFailure }}
      />
      {lost.length > 0 && (
        <LostPolicies
          ids={lost}
          isPending={remove.isPending}
          remove={() => remove.mutate(Object.fromEntries(lost.map((id) => [id, () => undefined])))}
        />
      )}
      {chosen && (
        <>
          <OperationTestDrawer
            key={`test ${chosen.operation_id}`}
            action={action}
            operation={chosen}
            opened={isTesting}
            onClose={test.close}
          />
          {isEditing && (
            <PolicyDialog
              action={action}
              operation={chosen}
              policy={policies[chosen.operation_id]}
              opened
              onClose={edit.close}
            />
          )}
        </>
      )}
    </>
  );
}

function LostPolicies({ ids, isPending, remove }: { ids: string[]; isPending: boolean; remove: () => void }) {
  return (
    <Box mt="sm">
      <Caution title="Policies without an operation">
        <Text size="sm">The document has no operations of these names. Their policies apply again if it does.</Text>
        <Group justify="space-between" mt="xs">
          <Text size="sm" className="mono">
            {ids.join(', ')}
          </Text>
          <Button size="compact-sm" variant="default" loading={isPending} onClick={remove}>
            Remove these policies
          </Button>
        </Group>
      </Caution>
    </Box>
  );
}
