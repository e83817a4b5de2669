import { Button, Group, NativeSelect, Stack, Tabs, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { jsonText, TextBlock } from '../ui/text-block';
import { exampleArguments } from './example-arguments';
import styles from './preview.module.css';
import { messageOf, type Message } from './turn';
import type { PreviewOperation } from './use-preview-operations';

const DEFAULT_USER = 'preview-user';

interface ComposerProps {
  operations: PreviewOperation[];
  /** The operation that is chosen at first. */
  initialName?: string | null;
  /** Resolves with whether the server accepted the calls. */
  send: (message: Message) => Promise<boolean>;
}

type Source = 'choose' | 'paste';

/** Composes the next call: an operation with arguments, or pasted tool calls. */
export function Composer({ operations, initialName, send }: ComposerProps) {
  const [user, setUser] = useState(DEFAULT_USER);
  const [source, setSource] = useState<Source>('choose');
  const [name, setName] = useState(initialName);
  // Undefined until they are edited: the example follows the operation's current schema.
  const [editedArgs, setEditedArgs] = useState<string>();
  const [pasted, setPasted] = useState('');
  const [pasteError, setPasteError] = useState<string>();
  const operation = operations.find((each) => each.name === name) ?? operations[0];
  const args = editedArgs ?? jsonText(exampleArguments(operation?.parameters));

  const submit = () => {
    if (source === 'choose') {
      void send(messageOf(user, operation?.name ?? '', args));
      return;
    }
    const error = jsonErrorOf(pasted);
    setPasteError(error);
    if (error === undefined) void sendPasted();
  };
  const sendPasted = async () => {
    // Rejected calls stay in the field, to be corrected.
    if (await send({ user, toolCalls: pasted })) setPasted((now) => (now === pasted ? '' : now));
  };
  return (
    <form
      aria-label="Next call"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="md">
        <TextInput
          label="User"
          description="Act as this end user: any user id of yours."
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          required
          withAsterisk={false}
          maxLength={255}
          maw={360}
          autoComplete="off"
          spellCheck={false}
        />
        <Tabs value={source} onChange={(next) => setSource(next as Source)}>
          <Tabs.List>
            <Tabs.Tab value="choose">Choose an operation</Tabs.Tab>
            <Tabs.Tab value="paste">Paste a tool call</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="choose" pt="md">
            <OperationFields
              operations={operations}
              operation={operation}
              choose={(next) => {
                setName(next);
                setEditedArgs(undefined);
              }}
              args={args}
              setArgs={setEditedArgs}
            />
          </Tabs.Panel>
          <Tabs.Panel value="paste" pt="md">
            <JsonArea
              label="Tool call"
              description="The output of a model: tool_calls (OpenAI Chat Completions), function_call items (OpenAI Responses) or tool_use blocks (Anthropic), or the whole message or response."
              value={pasted}
              onChange={setPasted}
              error={pasteError}
            />
          </Tabs.Panel>
        </Tabs>
        <Group gap="sm">
          <Button type="submit">Send</Button>
          <Text size="sm" c="dimmed">
            or Ctrl+Enter
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

interface OperationFieldsProps {
  operations: PreviewOperation[];
  operation: PreviewOperation | undefined;
  choose: (name: string) => void;
  args: string;
  setArgs: (args: string) => void;
}

function OperationFields({ operations, operation, choose, args, setArgs }: OperationFieldsProps) {
  const isDescribed = operation?.description && operation.description !== `${operation.method} ${operation.path}`;
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Operation"
        value={operation?.name}
        onChange={(event) => choose(event.currentTarget.value)}
        data={optionsOf(operations)}
        maw={560}
      />
      {isDescribed && (
        <Text size="sm" c="dimmed">
          {operation.description}
        </Text>
      )}
      <JsonArea
        label="Arguments"
        description="A JSON object with the arguments by name."
        value={args}
        onChange={setArgs}
      />
      <details className={styles.details}>
        <summary>Schema</summary>
        <TextBlock label="Schema of the arguments" text={jsonText(operation?.parameters)} isLabelHidden />
      </details>
    </Stack>
  );
}

interface JsonAreaProps {
  label: string;
  description: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

function JsonArea({ onChange, ...props }: JsonAreaProps) {
  return (
    <Textarea
      {...props}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={submitOnCtrlEnter}
      autosize
      minRows={4}
      maxRows={14}
      spellCheck={false}
      classNames={{ input: 'mono' }}
    />
  );
}

/** Returns why a text is not a JSON value; `undefined` if it is one. */
function jsonErrorOf(text: string): string | undefined {
  if (text.trim() === '') return 'Paste a tool call.';
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `Invalid JSON: ${(error as Error).message}`;
  }
}

function submitOnCtrlEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}

/** The operations grouped by domain, in the order of the actions. */
function optionsOf(operations: PreviewOperation[]) {
  const domains = [...new Set(operations.map(({ domain }) => domain ?? 'Other'))];
  return domains.map((domain) => ({
    group: domain,
    items: operations
      .filter((operation) => (operation.domain ?? 'Other') === domain)
      .map(({ name, method, path }) => ({ value: name, label: method ? `${name} – ${method} ${path}` : name })),
  }));
}
