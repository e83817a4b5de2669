import { Drawer, Skeleton, Text } from '@mantine/core';
import type { Action, Operation } from '../queries/actions';
import { Failure } from '../ui/failure';
import { OperationTest } from './operation-test';
import { useArgumentsSchema } from './use-arguments-schema';

interface OperationTestDrawerProps {
  action: Action;
  operation: Operation;
  opened: boolean;
  onClose: () => void;
}

/** Calls one operation of an action. */
export function OperationTestDrawer({ action, operation, opened, onClose }: OperationTestDrawerProps) {
  const { schema, error, retry } = useArgumentsSchema(action, operation.operation_id);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="xl"
      title={
        <>
          Test <span className="mono">{operation.operation_id}</span>
        </>
      }
    >
      <Text c="dimmed" size="sm" mb="md">
        <span className="mono">
          {operation.method} {operation.path}
        </span>
        {operation.summary && <> · {operation.summary}</>}
      </Text>
      {error && <Failure error={error} retry={retry} />}
      {!error && !schema && <Skeleton h={240} />}
      {schema && <OperationTest action={action} operation={operation} schema={schema} />}
    </Drawer>
  );
}
