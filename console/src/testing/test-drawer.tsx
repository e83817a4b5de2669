import { Drawer, Skeleton, Text } from '@mantine/core';
import type { Operation } from '../actions/operation-table';
import type { Action } from '../gpts/gpt-queries';
import { Failure } from '../ui/failure';
import { useArgumentsSchema } from './arguments-schema';
import { OperationTest } from './operation-test';

interface TestDrawerProps {
  action: Action;
  operation: Operation;
  opened: boolean;
  onClose: () => void;
}

/** Tries an operation out, as a model would call it. */
export function TestDrawer({ action, operation, opened, onClose }: TestDrawerProps) {
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
