import { Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReviewedTool } from '../queries/mcp-servers';
import { StatusMark, type Tone } from '../ui/status-mark';
import { jsonText, TextBlock } from '../ui/text-block';

const STATUSES: Record<ReviewedTool['status'], [tone: Tone, label: string]> = {
  same: ['success', 'Same'],
  new: ['warning', 'New'],
  changed: ['warning', 'Changed'],
  removed: ['error', 'Removed'],
};

type Tool = NonNullable<ReviewedTool['listed']>;

/** The tools that a server lists, with their differences from those that are stored. */
export function ToolComparison({ tools }: { tools: ReviewedTool[] }) {
  return (
    <Stack component="ul" gap="xs" m={0} p={0} aria-label="Tools" style={{ listStyle: 'none' }}>
      {tools.map(({ name, status, stored, listed }) => {
        const [tone, label] = STATUSES[status];
        return (
          <Paper key={name} component="li" withBorder p="sm">
            <Group justify="space-between" gap="xs" mb={4}>
              <Text className="mono" fw={600}>
                {name}
              </Text>
              <StatusMark tone={tone}>{label}</StatusMark>
            </Group>
            <SimpleGrid cols={{ base: 1, sm: status === 'changed' ? 2 : 1 }}>
              {status === 'changed' && <ToolVersion tool={stored} label="Stored" />}
              <ToolVersion tool={listed} label={status === 'changed' ? 'Listed now' : undefined} />
            </SimpleGrid>
          </Paper>
        );
      })}
    </Stack>
  );
}

function ToolVersion({ tool, label }: { tool: Tool | null; label?: string }) {
  if (!tool) return null;
  return (
    <Stack gap={4} miw={0}>
      {label !== undefined && (
        <Text size="sm" fw={600}>
          {label}
        </Text>
      )}
      {tool.title !== null && <Text size="sm">{tool.title}</Text>}
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {tool.description}
      </Text>
      <Text size="sm" c="dimmed">
        {tool.is_consequential ? 'The user must confirm each call.' : 'Calls are made without a confirmation.'}
      </Text>
      <Text size="sm" component="details">
        <summary>Arguments</summary>
        <TextBlock label="Schema of the arguments" text={jsonText(tool.input_schema)} isLabelHidden />
      </Text>
    </Stack>
  );
}
