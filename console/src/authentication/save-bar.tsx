import { Button, Group, Stack, Text } from '@mantine/core';
import { useActiveConnections } from '../ui/active-connections';
import { Caution } from '../ui/caution';
import { inFormOrder, LABELS } from './labels';
import type { AuthForm } from './use-auth-form';

interface SaveBarProps {
  authForm: AuthForm;
  onCheck: () => void;
  onCancel?: () => void;
}

/** The buttons of the form, with a warning if saving ends connections. */
export function SaveBar({ authForm, onCheck, onCancel }: SaveBarProps) {
  const { form, isDirty, isSaving, isChecking, endsConnections } = authForm;
  const active = useActiveConnections(form.action.id);
  const ended = endsConnections ? active : undefined;
  const invalid = inFormOrder(Object.keys(form.errors)).map((name) => LABELS[name] ?? name);
  const isOAuth = form.draft.type === 'oauth';
  return (
    <Stack gap="sm">
      {ended && (
        <Caution title={`Saving ends ${ended}`}>
          <Text size="sm">
            Credentials would be sent to other endpoints than users agreed to. Each user must sign in again.
          </Text>
        </Caution>
      )}
      <Text component="output" display={invalid.length > 0 ? 'block' : 'none'} size="sm" c="var(--mantine-color-error)">
        {invalid.length > 0 && `Not saved. Fix: ${invalid.join(', ')}.`}
      </Text>
      <Group justify="flex-end" gap="sm">
        {isOAuth && (
          <Button variant="light" mr="auto" loading={isChecking} disabled={isSaving} onClick={onCheck}>
            {isDirty ? 'Save and check' : 'Check'}
          </Button>
        )}
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <Button type="submit" loading={isSaving} color={ended ? 'red.9' : undefined}>
          {ended ? `Save and end ${ended}` : 'Save'}
        </Button>
      </Group>
      {isOAuth && (
        <Text size="sm" c="dimmed">
          The check calls the provider’s endpoints with an invalid code, and reports what to change.
          {isDirty && ' Your changes are saved first.'}
        </Text>
      )}
    </Stack>
  );
}
