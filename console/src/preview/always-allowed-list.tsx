import { Button, Group, List, Paper, Text } from '@mantine/core';

interface AlwaysAllowedListProps {
  operations: string[];
  remove: (operation: string) => void;
}

/** The operations that are called without a confirmation. */
export function AlwaysAllowedList({ operations, remove }: AlwaysAllowedListProps) {
  if (operations.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="always-allowed">
      <Text component="h2" fw={600} size="sm" id="always-allowed">
        Always allowed in this tab
      </Text>
      <List listStyleType="none" mt="xs" spacing="xs">
        {operations.map((operation) => (
          <List.Item key={operation}>
            <Group gap="sm">
              <span className="mono">{operation}</span>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => remove(operation)}
                aria-label={`Ask again for ${operation}`}
              >
                Ask again
              </Button>
            </Group>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
