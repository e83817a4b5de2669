import { Group, Radio, Stack, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { actionQueries, type Action } from '../queries/actions';
import { Failure } from '../ui/failure';
import { QueryView } from '../ui/query-view';
import { ApiKeyFields } from './api-key-fields';
import { CheckFindings, summaryOf } from './check-findings';
import { EMPTY, type AuthType, type Draft } from './draft';
import { FormProvider, useField, useForm, type Finding } from './form-context';
import { OAuthFields } from './oauth-fields';
import { PairsField } from './pairs-field';
import { SaveBar } from './save-bar';
import { Suggestion } from './suggestion';
import { useAuthForm } from './use-auth-form';

const TYPES = [
  { value: 'none', label: 'None' },
  { value: 'api_key', label: 'API Key' },
  { value: 'oauth', label: 'OAuth' },
];

/** The fields behind "More". It is open if one of them is used. */
const MORE_FIELDS = [
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
  /** Called with whether closing the form would lose changes. */
  onUnsaved: (isUnsaved: boolean) => void;
  onSaved: () => void;
  onCancel?: () => void;
}

/** Edits, saves and checks the authentication schema of an action. */
export function AuthenticationForm({ gptId, actionId, ...props }: AuthenticationFormProps) {
  const action = useQuery(actionQueries.forEditing(gptId, actionId));
  return (
    <QueryView query={action} height={240}>
      {(data) => <Form action={data} {...props} />}
    </QueryView>
  );
}

type FormProps = Omit<AuthenticationFormProps, 'gptId' | 'actionId'> & { action: Action };

function Form({ action, onUnsaved, onSaved, onCancel }: FormProps) {
  const authForm = useAuthForm(action);
  const { form, save, check, checkResult, checkError, saveError, isDirty, isUnsaved } = authForm;
  const { draft } = form;
  useEffect(() => {
    onUnsaved(isUnsaved);
    return () => onUnsaved(false);
  }, [isUnsaved, onUnsaved]);
  const [isMoreOpen, setMoreOpen] = useState(() => usesMoreFields(draft));
  const element = useRef<HTMLFormElement>(null);

  const goTo = (name: string) => {
    flushSync(() => isMoreField(name) && setMoreOpen(true));
    focusField(element.current, name);
  };
  const onRejected = (fields: string[]) => {
    if (fields.some(isMoreField)) setMoreOpen(true);
    const [first] = fields;
    if (first) goTo(first);
  };
  const showFindings = (findings: Finding[]) => {
    if (findings.some(({ status, field }) => status !== 'ok' && isMoreField(field ?? ''))) setMoreOpen(true);
  };
  const saveAndClose = async () => {
    if (await save(onRejected)) onSaved();
  };
  const saveAndCheck = async () => {
    if (isDirty && !(await save(onRejected))) return;
    check(showFindings);
  };
  const moreProps = { isMoreOpen, setMoreOpen };

  return (
    <FormProvider value={form}>
      <form
        ref={element}
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
            item="header"
            placeholder="Notion-Version"
            help="Sent with every call. Not for secrets: they are shown to everyone who can read this form."
          />
          {saveError && <Failure error={saveError} />}
          {checkError && <Failure error={checkError} retry={() => check(showFindings)} />}
          {checkResult && draft.type === 'oauth' && (
            <CheckFindings check={checkResult} isOutdated={isDirty} goTo={goTo} />
          )}
          <VisuallyHidden component="output">{checkResult && summaryOf(checkResult.findings)}</VisuallyHidden>
          <SaveBar authForm={authForm} onCheck={() => void saveAndCheck()} onCancel={onCancel} />
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

function isMoreField(name: string): boolean {
  return (MORE_FIELDS as readonly string[]).includes(name);
}

function usesMoreFields(draft: Draft): boolean {
  return (
    draft.basic === 'pair' || MORE_FIELDS.some((name) => JSON.stringify(draft[name]) !== JSON.stringify(EMPTY[name]))
  );
}

function focusField(form: HTMLElement | null, name: string): void {
  const field = form?.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
  const target = field?.matches('input, select, button')
    ? field
    : (field?.querySelector<HTMLElement>('input:checked') ?? field?.querySelector<HTMLElement>('input'));
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: 'center' });
}
