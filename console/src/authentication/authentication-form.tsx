import { Radio, Group, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Failure } from '../ui/failure';
import { ApiKeyFields } from './api-key-fields';
import { EMPTY, type AuthType, type Draft } from './draft';
import { Findings, summaryOf } from './findings';
import { FormProvider, useField, useForm, type Action } from './form-state';
import { OAuthFields } from './oauth-fields';
import { PairsField } from './pairs-field';
import { SaveBar } from './save-bar';
import { Suggestion } from './suggestion';
import { useFreshAction } from './use-authentication';
import { useEditing } from './use-editing';

const TYPES = [
  { value: 'none', label: 'None' },
  { value: 'api_key', label: 'API Key' },
  { value: 'oauth', label: 'OAuth' },
];

/** The fields behind "More": where one of them has something to show, it is open. */
const MORE = [
  'location',
  'per_user',
  'check_operation',
  'pkce',
  'scope_separator',
  'token_scheme',
  'authorization_params',
  'token_params',
  'refresh_url',
  'refresh_params',
  'revocation_url',
  'token_path',
  'error_path',
  'resource',
] as const;

interface AuthenticationFormProps {
  gptId: string;
  actionId: string;
  /** Is told whether something would be lost with the form. */
  onUnsaved: (isUnsaved: boolean) => void;
  onSaved: () => void;
  onCancel?: () => void;
}

/** How an action's calls are authenticated, to be read, changed and checked. */
export function AuthenticationForm({ gptId, actionId, ...props }: AuthenticationFormProps) {
  const action = useFreshAction(gptId, actionId);
  if (action.error) return <Failure error={action.error} retry={() => void action.refetch()} />;
  if (!action.data) {
    return (
      <Stack aria-busy="true" aria-label="Loading">
        <Skeleton h={40} />
        <Skeleton h={200} />
      </Stack>
    );
  }
  return <Editor action={action.data} {...props} />;
}

function Editor({
  action,
  onUnsaved,
  onSaved,
  onCancel,
}: Omit<AuthenticationFormProps, 'gptId' | 'actionId'> & { action: Action }) {
  const editing = useEditing(action);
  const { form, save, check, isDirty, isUnsaved } = editing;
  const { draft } = form;
  useEffect(() => {
    onUnsaved(isUnsaved);
    return () => onUnsaved(false);
  }, [isUnsaved, onUnsaved]);
  const [isMoreOpen, setMoreOpen] = useState(() => isMoreUsed(draft));
  const place = useRef<HTMLFormElement>(null);

  const goTo = (name: string) => {
    flushSync(() => isMore(name) && setMoreOpen(true));
    focusField(place.current, name);
  };
  const onRefused = (fields: string[]) => {
    if (fields.some(isMore)) setMoreOpen(true);
    const [first] = fields;
    if (first) goTo(first);
  };
  const saveAndClose = async () => {
    if (await save(onRefused)) onSaved();
  };
  const saveAndCheck = async () => {
    if (isDirty && !(await save(onRefused))) return;
    check.mutate(undefined, {
      onSuccess: ({ findings }) =>
        findings.some(({ status, field }) => status !== 'ok' && isMore(field ?? '')) && setMoreOpen(true),
    });
  };
  const moreProps = { isMoreOpen, setMoreOpen };

  return (
    <FormProvider value={form}>
      <form
        ref={place}
        noValidate
        aria-label="Authentication"
        onSubmit={(event) => {
          event.preventDefault();
          void saveAndClose();
        }}
      >
        <Stack gap="md">
          <Suggestion />
          <TypeField />
          {draft.type === 'api_key' && <ApiKeyFields {...moreProps} />}
          {draft.type === 'oauth' && <OAuthFields {...moreProps} />}
          <PairsField
            name="static_headers"
            one="header"
            placeholder="Notion-Version"
            help="Sent with every call. Readable by whoever reads this: not for secrets."
          />
          {editing.failure && <Failure error={editing.failure} />}
          {check.error && <Failure error={check.error} retry={() => check.mutate()} />}
          {check.data && draft.type === 'oauth' && <Findings check={check.data} isOutdated={isDirty} goTo={goTo} />}
          <VisuallyHidden component="output">{check.data && summaryOf(check.data.findings)}</VisuallyHidden>
          <SaveBar editing={editing} onCheck={() => void saveAndCheck()} onCancel={onCancel} />
        </Stack>
      </form>
    </FormProvider>
  );
}

function TypeField() {
  const { draft, set } = useForm();
  return (
    <Radio.Group {...useField('type')} value={draft.type} onChange={(type) => set({ type: type as AuthType })}>
      <Group gap="lg" my={4}>
        {TYPES.map((type) => (
          <Radio key={type.value} {...type} />
        ))}
      </Group>
    </Radio.Group>
  );
}

function isMore(name: string): boolean {
  return (MORE as readonly string[]).includes(name);
}

function isMoreUsed(draft: Draft): boolean {
  return draft.basic === 'pair' || MORE.some((name) => JSON.stringify(draft[name]) !== JSON.stringify(EMPTY[name]));
}

function focusField(form: HTMLElement | null, name: string): void {
  const field = form?.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
  const target = field?.matches('input, select, button')
    ? field
    : (field?.querySelector<HTMLElement>('input:checked') ?? field?.querySelector<HTMLElement>('input'));
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: 'center' });
}
