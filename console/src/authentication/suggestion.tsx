import { Button, Group, Paper, Text } from '@mantine/core';
import { EMPTY, fromFields, PLACEMENT, type Draft } from './draft';
import { useForm } from './form-state';
import { LABELS } from './labels';

/** What the action's document says of its authentication, to be taken by one click. */
export function Suggestion() {
  const { action, draft, set } = useForm();
  const suggestion = action.suggested_auth;
  if (!suggestion) return null;
  const changes = changesOf(suggestion);
  if (agrees(draft, changes)) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-label="What the document says">
      <Group justify="space-between" gap="sm">
        <Text size="sm" flex="1 1 240px" style={{ overflowWrap: 'anywhere' }}>
          The document says: {described(suggestion)}.
        </Text>
        <Button variant="light" onClick={() => set(changes)}>
          Use what it says
        </Button>
      </Group>
    </Paper>
  );
}

function changesOf(suggestion: Record<string, unknown>): Partial<Draft> {
  const isKey = suggestion['type'] === 'api_key';
  const blank = isKey ? Object.fromEntries(PLACEMENT.map((name) => [name, EMPTY[name]])) : {};
  return { ...blank, ...fromFields(suggestion) };
}

function agrees(draft: Draft, changes: Partial<Draft>): boolean {
  return Object.entries(changes).every(([name, value]) => {
    const typed = draft[name as keyof Draft];
    return typeof value === 'object' || typed === value;
  });
}

function described(suggestion: Record<string, unknown>): string {
  const { type, auth_type, location, parameter_name, custom_header_name } = suggestion;
  if (type === 'oauth') {
    const names = ['issuer', 'authorization_url', 'token_url', 'scope'].filter((name) => suggestion[name]);
    const details = names.map((name) => `${LABELS[name]} ${String(suggestion[name])}`);
    return ['OAuth', ...details].join(', ');
  }
  if (location === 'query') return `API key in the query parameter ${String(parameter_name)}`;
  if (custom_header_name) return `API key in the header ${String(custom_header_name)}`;
  return `API key, ${String(auth_type)}`;
}
