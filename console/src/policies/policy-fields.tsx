import { Select, SimpleGrid, Switch, Textarea, TextInput } from '@mantine/core';
import type { Operation } from '../queries/actions';
import { JsonField } from '../ui/json-field';
import type { PolicyDraft } from './policy-draft';

interface PolicyFieldsProps {
  operation: Operation;
  draft: PolicyDraft;
  change: (changes: Partial<PolicyDraft>) => void;
  /** Messages by pointer into the policy. */
  errors: Record<string, string>;
  /** Called with whether the fixed arguments are invalid JSON. */
  onInvalid: (isInvalid: boolean) => void;
}

const POINTERS = { autosize: true, minRows: 2, maxRows: 8, spellCheck: false, classNames: { input: 'mono' } };

export function PolicyFields({ operation, draft, change, errors, onInvalid }: PolicyFieldsProps) {
  const errorOf = (field: string) =>
    Object.entries(errors).find(([pointer]) => `${pointer}/`.startsWith(`${field}/`))?.[1];
  return (
    <>
      <Switch
        label="Enabled"
        description="A disabled operation is no tool, and calls of it are rejected."
        checked={draft.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
      <TextInput
        label="Tool name"
        description="Letters, digits, _ and -. Calls may still use the operation id."
        placeholder={operation.operation_id}
        maxLength={64}
        spellCheck={false}
        autoCapitalize="none"
        value={draft.name}
        error={errorOf('name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Textarea
        label="Tool description"
        description="Replaces the document’s summary and description for models."
        placeholder={operation.summary ?? undefined}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={4000}
        value={draft.description}
        error={errorOf('description')}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <Select
        label="Confirmation"
        data={[
          { value: 'document', label: 'As the document says' },
          { value: 'always', label: 'Before every call' },
          { value: 'never', label: 'Never' },
        ]}
        value={draft.confirmation}
        allowDeselect={false}
        error={errorOf('confirmation')}
        onChange={(value) => change({ confirmation: value as PolicyDraft['confirmation'] })}
      />
      <JsonField
        label="Fixed arguments"
        description='JSON: values by pointer, such as {"/limit": 20, "/body/owner": {"from": "user"}}. Tools do not show these arguments. Not for secrets.'
        value={draft.fixedArguments}
        error={errorOf('fixed_arguments')}
        onChange={(fixedArguments) => change({ fixedArguments })}
        onInvalid={onInvalid}
      />
      <ResponseFields draft={draft} change={change} errorOf={errorOf} />
      <Switch
        label="Follow redirects"
        description="Of GET and HEAD, to the same origin only."
        checked={draft.followRedirects}
        onChange={(event) => change({ followRedirects: event.currentTarget.checked })}
      />
    </>
  );
}

interface ResponseFieldsProps extends Pick<PolicyFieldsProps, 'draft' | 'change'> {
  errorOf: (field: string) => string | undefined;
}

function ResponseFields({ draft, change, errorOf }: ResponseFieldsProps) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Textarea
          {...POINTERS}
          label="Keep only"
          description="Parts of the response, one pointer per line."
          placeholder="/items/*/id"
          value={draft.keep}
          error={errorOf('response/keep')}
          onChange={(event) => change({ keep: event.currentTarget.value })}
        />
        <Textarea
          {...POINTERS}
          label="Leave out"
          description="Parts of the response, one pointer per line."
          placeholder="/items/*/internal"
          value={draft.drop}
          error={errorOf('response/drop')}
          onChange={(event) => change({ drop: event.currentTarget.value })}
        />
      </SimpleGrid>
      <TextInput
        label="Elements per list of the response"
        description="Longer lists are cut. Empty for no limit."
        inputMode="numeric"
        value={draft.maxItems}
        error={errorOf('response/max_items')}
        onChange={(event) => change({ maxItems: countOf(event.currentTarget.value) })}
      />
    </>
  );
}

/** Returns the number that a text has the digits of; an empty text if it has none. */
function countOf(text: string): number | '' {
  const digits = text.replaceAll(/\D/g, '').slice(0, 6);
  return digits === '' ? '' : Number(digits);
}
