import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useConnected } from './use-authentication';
import type { useEditing } from './use-editing';
import { inOrder, LABELS } from './labels';

interface SaveBarProps {
  editing: ReturnType<typeof useEditing>;
  onCheck: () => void;
  onCancel?: () => void;
}

/** The buttons, and what is to be known before one of them is pressed. */
export function SaveBar({ editing, onCheck, onCancel }: SaveBarProps) {
  const { form, check, isDirty, isSaving, isEnding } = editing;
  const connected = useConnected(form.action.id).data ?? { count: 0, hasMore: false };
  const isWarned = isEnding && connected.count > 0;
  const ended = connectionsIn(connected);
  const mistaken = inOrder(Object.keys(form.mistakes));
  return (
    <Stack gap="sm">
      {isWarned && (
        <Alert color="orange" title={`Saving ends ${ended}`} styles={{ title: { color: 'var(--mantine-color-text)' } }}>
          <Text size="sm">
            Credentials would go elsewhere than before, so that what users have given ends. Each of them is asked to
            sign in again.
          </Text>
        </Alert>
      )}
      <Text
        component="output"
        display={mistaken.length > 0 ? 'block' : 'none'}
        size="sm"
        c="var(--mantine-color-error)"
      >
        {mistaken.length > 0 && `Not saved. Correct: ${mistaken.map((name) => LABELS[name] ?? name).join(', ')}.`}
      </Text>
      <Group justify="flex-end" gap="sm">
        {form.draft.type === 'oauth' && (
          <Button variant="light" mr="auto" loading={check.isPending} disabled={isSaving} onClick={onCheck}>
            {isDirty ? 'Save and check' : 'Check'}
          </Button>
        )}
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <Button type="submit" loading={isSaving} color={isWarned ? 'red.9' : undefined}>
          {isWarned ? `Save and end ${ended}` : 'Save'}
        </Button>
      </Group>
      {form.draft.type === 'oauth' && (
        <Text size="sm" c="dimmed">
          The check asks the provider’s endpoints with a code that is made up, and says what to change.
          {isDirty && ' Your changes are saved first.'}
        </Text>
      )}
    </Stack>
  );
}

function connectionsIn({ count, hasMore }: { count: number; hasMore: boolean }): string {
  if (hasMore) return `${count} connections or more`;
  return count === 1 ? '1 connection' : `${count} connections`;
}
