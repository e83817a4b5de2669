import { Button, Group, List, Paper, Stack, Text } from '@mantine/core';
import type { Schema } from '../api/api';
import type { Draft } from './draft';
import { useForm } from './form-state';
import { inSentence, inWords, LABELS } from './labels';
import { SeverityMark } from './severity-mark';

type Found = Schema<'DiscoveredDto'>;

/** More of them are no help in choosing. */
const MOST_SCOPES = 40;

/** What the issuer's metadata says: what of it has been filled in, what contradicts it, and which scopes there are. */
export function Discovered({ discovered, filled }: { discovered: Found; filled: string[] }) {
  const { metadata_url, scopes_supported } = discovered;
  return (
    <Paper withBorder p="sm" component="section" aria-label="What the issuer says">
      <Stack gap="sm">
        <Text component="output" display="block" size="sm">
          <SeverityMark status="ok" /> Read from <span className="mono">{metadata_url}</span>.{' '}
          {filled.length > 0 ? `Filled in: ${filled.map(inSentence).join(', ')}.` : 'There was nothing to fill in.'}
        </Text>
        <Conflicts conflicts={discovered.conflicts} />
        {scopes_supported.length > 0 && <Scopes scopes={scopes_supported.slice(0, MOST_SCOPES)} />}
      </Stack>
    </Paper>
  );
}

function Conflicts({ conflicts }: { conflicts: Found['conflicts'] }) {
  const { draft, set } = useForm();
  const open = conflicts.filter(({ pointer, found }) => found === null || draft[fieldOf(pointer)] !== found);
  if (open.length === 0) return null;
  return (
    <List listStyleType="none" spacing="xs" size="sm">
      {open.map(({ pointer, found, message }) => {
        const name = fieldOf(pointer);
        return (
          <List.Item key={pointer}>
            <SeverityMark status="warning" /> <strong>{LABELS[name]}:</strong> {inWords(message)}.{' '}
            {found && name !== 'scope' && (
              <Button variant="default" size="compact-xs" onClick={() => set({ [name]: found })}>
                {`Take the issuer’s ${inSentence(name)}`}
              </Button>
            )}
          </List.Item>
        );
      })}
    </List>
  );
}

function Scopes({ scopes }: { scopes: string[] }) {
  const { draft, set } = useForm();
  const chosen = draft.scope.split(' ').filter(Boolean);
  const toggle = (scope: string) =>
    set({ scope: (chosen.includes(scope) ? chosen.filter((each) => each !== scope) : [...chosen, scope]).join(' ') });
  return (
    <Stack gap={4}>
      <Text size="sm">Scopes that it lists; press one to ask for it:</Text>
      <Group gap={6}>
        {scopes.map((scope) => (
          <Button
            key={scope}
            size="compact-xs"
            variant={chosen.includes(scope) ? 'filled' : 'default'}
            aria-pressed={chosen.includes(scope)}
            onClick={() => toggle(scope)}
          >
            {scope}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}

function fieldOf(pointer: string): Exclude<keyof Draft, 'type'> {
  return pointer.slice(1) as Exclude<keyof Draft, 'type'>;
}
