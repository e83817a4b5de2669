import { Button, Group, List, Paper, Stack, Text } from '@mantine/core';
import type { Discovered } from '../queries/providers';
import { SeverityMark } from '../ui/finding-list';
import type { Draft } from './draft';
import { useForm } from './form-context';
import { inFormWords, inSentence, LABELS } from './labels';

/** Some providers list hundreds of scopes. */
const MAX_SCOPES = 40;

interface DiscoveredMetadataProps {
  discovered: Discovered;
  /** The fields that were filled in. */
  filled: string[];
}

/** The issuer's metadata: what was filled in, what contradicts the form, and the supported scopes. */
export function DiscoveredMetadata({ discovered, filled }: DiscoveredMetadataProps) {
  const { metadata_url, scopes_supported } = discovered;
  return (
    <Paper withBorder p="sm" component="section" aria-label="Metadata of the issuer">
      <Stack gap="sm">
        <Text component="output" display="block" size="sm">
          <SeverityMark severity="ok" /> Read from <span className="mono">{metadata_url}</span>.{' '}
          {filled.length > 0 ? `Filled in: ${filled.map(inSentence).join(', ')}.` : 'No empty fields to fill in.'}
        </Text>
        <Warnings warnings={discovered.warnings} />
        <Conflicts conflicts={discovered.conflicts} />
        {scopes_supported.length > 0 && <Scopes scopes={scopes_supported.slice(0, MAX_SCOPES)} />}
      </Stack>
    </Paper>
  );
}

/** What the provider demands of its clients and Countersign does not do. */
function Warnings({ warnings }: { warnings: Discovered['warnings'] }) {
  if (warnings.length === 0) return null;
  return (
    <List listStyleType="none" spacing="xs" size="sm">
      {warnings.map(({ code, message, change }) => (
        <List.Item key={code}>
          <SeverityMark severity="warning" /> {message} {change}
        </List.Item>
      ))}
    </List>
  );
}

type FieldName = Exclude<keyof Draft, 'type'>;

function Conflicts({ conflicts }: { conflicts: Discovered['conflicts'] }) {
  const { draft, set } = useForm();
  const unresolved = conflicts.filter(({ pointer, found }) => found === null || draft[fieldAt(pointer)] !== found);
  if (unresolved.length === 0) return null;
  return (
    <List listStyleType="none" spacing="xs" size="sm">
      {unresolved.map(({ pointer, found, message }) => {
        const name = fieldAt(pointer);
        return (
          <List.Item key={pointer}>
            <SeverityMark severity="warning" /> <strong>{LABELS[name]}:</strong> {inFormWords(message)}.{' '}
            {found && name !== 'scope' && (
              <Button variant="default" size="compact-xs" onClick={() => set({ [name]: found })}>
                {`Use the issuer’s ${inSentence(name)}`}
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
      <Text size="sm">Supported scopes. Choose the ones to request:</Text>
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

function fieldAt(pointer: string): FieldName {
  return pointer.slice(1) as FieldName;
}
