import { Button, Group, Paper, Text } from '@mantine/core';
import { EMPTY, fromFields, PLACEMENT, type Draft } from './draft';
import { useForm } from './form-context';
import { LABELS } from './labels';

/** The authentication that the action's document suggests, unless the form already has it. */
export function Suggestion() {
  const { action, draft, set } = useForm();
  const suggestion = action.suggested_auth;
  if (!suggestion) return null;
  const changes = changesOf(suggestion);
  if (isApplied(draft, changes)) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-label="Suggestion from the document">
      <Group justify="space-between" gap="sm">
        <Text size="sm" flex="1 1 240px" style={{ overflowWrap: 'anywhere' }}>
          The document suggests: {describe(suggestion)}.
        </Text>
        <Button variant="light" onClick={() => set(changes)}>
          Apply
        </Button>
      </Group>
    </Paper>
  );
}

function changesOf(suggestion: Record<string, unknown>): Partial<Draft> {
  const isApiKey = suggestion['type'] === 'api_key';
  const blank = isApiKey ? Object.fromEntries(PLACEMENT.map((name) => [name, EMPTY[name]])) : {};
  return { ...blank, ...fromFields(suggestion) };
}

function isApplied(draft: Draft, changes: Partial<Draft>): boolean {
  return Object.entries(changes).every(
    ([name, value]) => typeof value === 'object' || draft[name as keyof Draft] === value,
  );
}

function describe(suggestion: Record<string, unknown>): string {
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
