import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { fieldErrors } from '../api/problem';
import { useChangeServer, type Action } from '../queries/actions';
import { useActiveConnections } from '../ui/active-connections';
import { Caution } from '../ui/caution';
import { Failure } from '../ui/failure';
import { resolvedUrl, storedSecrets, toChange, toDraft, type StoredSecret } from './server-draft';
import { ServerFields } from './server-fields';

interface ServerFormProps {
  action: Action;
  onUnsaved: (isUnsaved: boolean) => void;
  onSaved: () => void;
  onCancel: () => void;
}

/** Chooses the server of an action. Another server needs the stored secrets again, and ends connections. */
export function ServerForm({ action, onUnsaved, onSaved, onCancel }: ServerFormProps) {
  const [draft, setDraft] = useState(() => toDraft(action));
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const form = useRef<HTMLFormElement>(null);
  const change = useChangeServer(action);
  const servers = action.servers ?? [];
  const server = servers[draft.index];
  const [before] = useState(() => server && resolvedUrl(server, draft.variables));
  const url = server && resolvedUrl(server, draft.variables);
  const isChanged = url !== before;
  const stored = isChanged ? storedSecrets(action.auth) : [];
  const errors = fieldErrors(change.error);
  const isShown = (field: string) =>
    field === 'server_url' ||
    field.startsWith('server_variables/') ||
    stored.some((secret) => field === `auth/${secret.field}`);
  const hasOtherErrors = Object.keys(errors).length === 0 || !Object.keys(errors).every(isShown);
  useEffect(() => onUnsaved(isChanged), [isChanged, onUnsaved]);
  useEffect(() => {
    // Screen readers announce the first invalid field.
    if (change.error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [change.error]);
  const submit = () => {
    const typed = Object.fromEntries(stored.map(({ field }) => [field, secrets[field] ?? '']));
    change.mutate(toChange(action, draft, typed), {
      onSuccess: () => {
        onUnsaved(false);
        notifications.show({ message: 'Server changed.' });
        onSaved();
      },
    });
  };
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <ServerFields servers={servers} draft={draft} change={setDraft} auth={action.auth} errors={errors} />
        <Text size="sm" c="dimmed" component="output">
          Calls go to <span className="mono">{url}</span>
        </Text>
        {isChanged && (
          <Consequences action={action} stored={stored}>
            <SecretInputs stored={stored} secrets={secrets} change={setSecrets} errors={errors} />
          </Consequences>
        )}
        {change.error && hasOtherErrors && <Failure error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending} disabled={!isChanged}>
            Change server
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ConsequencesProps {
  action: Action;
  stored: readonly StoredSecret[];
  children: ReactNode;
}

/** Lists the consequences of a change of the server. */
function Consequences({ action, stored, children }: ConsequencesProps) {
  const ended = useActiveConnections(action.id);
  if (action.auth.type === 'none') return null;
  return (
    <>
      <Caution title={ended ? `The change ends ${ended}` : 'Credentials go to another server'}>
        <Text size="sm">
          Credentials would be sent to another server than before.
          {ended && ' Each user must sign in again.'}
          {stored.length > 0 && ' Stored secrets are kept for the old server only: enter them again.'}
        </Text>
      </Caution>
      {children}
    </>
  );
}

interface SecretInputsProps {
  stored: readonly StoredSecret[];
  secrets: Record<string, string>;
  change: (secrets: Record<string, string>) => void;
  errors: Record<string, string>;
}

function SecretInputs({ stored, secrets, change, errors }: SecretInputsProps) {
  return stored.map(({ field, label }) => (
    <PasswordInput
      key={field}
      label={label}
      required
      visibilityToggleButtonProps={{ 'aria-label': `Show ${label}` }}
      visibilityToggleFocusable
      autoComplete="new-password"
      spellCheck={false}
      value={secrets[field] ?? ''}
      error={errors[`auth/${field}`]}
      onChange={({ currentTarget }) => change({ ...secrets, [field]: currentTarget.value })}
    />
  ));
}
