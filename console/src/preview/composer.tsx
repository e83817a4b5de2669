import { Button, Group, NativeSelect, Stack, Tabs, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { messageOf } from '../api/problem';
import { jsonText, TextBlock } from '../ui/text-block';
import type { PreviewOperation } from './operations';
import styles from './preview.module.css';
import { skeletonOf } from './skeleton';
import { readArguments, readToolCalls, type ToolCall } from './tool-call';

interface ComposerProps {
  operations: PreviewOperation[];
  /** The name of the one that is chosen at first. */
  first?: string | null;
  send: (user: string, calls: ToolCall[]) => void;
}

const MONO = { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.875rem' } };

/** What is called next, and for whom. */
export function Composer({ operations, first, send }: ComposerProps) {
  const [user, setUser] = useState('preview-user');
  const [way, setWay] = useState<'choose' | 'paste'>('choose');
  const [chosen, setChosen] = useState(() => operations.find(({ name }) => name === first) ?? operations[0]);
  const [args, setArgs] = useState(() => jsonText(skeletonOf(chosen?.parameters)));
  const [pasted, setPasted] = useState('');
  const [mistake, setMistake] = useState<string>();

  const choose = (name: string) => {
    const operation = operations.find((each) => each.name === name);
    setChosen(operation);
    setArgs(jsonText(skeletonOf(operation?.parameters)));
    setMistake(undefined);
  };
  const submit = () => {
    try {
      if (way === 'paste') send(user, readToolCalls(pasted));
      else send(user, [{ name: chosen?.name ?? '', arguments: readArguments(args) }]);
      setMistake(undefined);
      setPasted('');
    } catch (error) {
      setMistake(messageOf(error));
    }
  };
  const sendByKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
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
          description="Whom you play: your own id of an end user"
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          required
          withAsterisk={false}
          maxLength={255}
          maw={360}
          autoComplete="off"
          spellCheck={false}
        />
        <Tabs
          value={way}
          onChange={(next) => {
            setWay(next as 'choose' | 'paste');
            setMistake(undefined);
          }}
        >
          <Tabs.List>
            <Tabs.Tab value="choose">Choose an operation</Tabs.Tab>
            <Tabs.Tab value="paste">Paste a tool call</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="choose" pt="md">
            <Stack gap="sm">
              <NativeSelect
                label="Operation"
                value={chosen?.name}
                onChange={(event) => choose(event.currentTarget.value)}
                data={optionsOf(operations)}
                maw={560}
              />
              {chosen?.description && chosen.description !== `${chosen.method} ${chosen.path}` && (
                <Text size="sm" c="dimmed">
                  {chosen.description}
                </Text>
              )}
              <Textarea
                label="Arguments"
                description="JSON, each argument by its name"
                value={args}
                onChange={(event) => setArgs(event.currentTarget.value)}
                error={way === 'choose' && mistake}
                onKeyDown={sendByKey}
                autosize
                minRows={3}
                maxRows={14}
                spellCheck={false}
                styles={MONO}
              />
              <details className={styles.details}>
                <summary>What it takes</summary>
                <TextBlock label="Schema of the arguments" text={jsonText(chosen?.parameters)} isLabelHidden />
              </details>
            </Stack>
          </Tabs.Panel>
          <Tabs.Panel value="paste" pt="md">
            <Textarea
              label="Tool call"
              description="What a model emitted: tool_calls of OpenAI Chat Completions, function_call of OpenAI Responses, or tool_use of Anthropic. One, or an array."
              value={pasted}
              onChange={(event) => setPasted(event.currentTarget.value)}
              error={way === 'paste' && mistake}
              onKeyDown={sendByKey}
              autosize
              minRows={5}
              maxRows={14}
              spellCheck={false}
              styles={MONO}
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

/** By domain, in the order of the actions. */
function optionsOf(operations: PreviewOperation[]) {
  const domains = [...new Set(operations.map(({ domain }) => domain ?? 'Other'))];
  return domains.map((domain) => ({
    group: domain,
    items: operations
      .filter((operation) => (operation.domain ?? 'Other') === domain)
      .map(({ name, method, path }) => ({ value: name, label: method ? `${name} – ${method} ${path}` : name })),
  }));
}
