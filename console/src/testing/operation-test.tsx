import { Button, Divider, Group, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { Operation } from '../actions/operation-table';
import { fieldMistakes, Problem } from '../api/problem';
import type { Action } from '../gpts/gpt-queries';
import { Failure } from '../ui/failure';
import { ArgumentField, withProperty } from './argument-field';
import { useCall } from './call';
import { ConfirmationNeeded } from './confirmation-needed';
import { Exchange, SentRequest, Took } from './exchange';
import { JsonField } from './json-field';
import { initialValue, propertiesOf, type JsonSchema } from './json-schema';
import { SignInNeeded } from './sign-in-needed';

type Arguments = Record<string, unknown>;

interface OperationTestProps {
  action: Action;
  operation: Operation;
  schema: JsonSchema;
}

/** The arguments of a call, for whom it is, and what came of it. */
export function OperationTest({ action, operation, schema }: OperationTestProps) {
  const [args, setArgs] = useState(() => (initialValue(schema, schema, true) ?? {}) as Arguments);
  const [user, setUser] = useState('console');
  const [isBroken, setIsBroken] = useState(false);
  const [isDeclined, setIsDeclined] = useState(false);
  const call = useCall(action, operation.operation_id);
  const send = (confirmation?: string) => {
    setIsDeclined(false);
    call.mutate({ arguments: args, ...(user !== '' && { user }), ...(confirmation && { confirmation }) });
  };
  const mistakes = fieldMistakes(call.error, '/arguments');
  const sent = call.error instanceof Problem ? call.error.request : undefined;
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (call.data ?? call.error) result.current?.scrollIntoView({ block: 'start' });
  }, [call.data, call.error]);
  return (
    <Stack>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          send();
        }}
      >
        <Stack>
          <Arguments schema={schema} args={args} setArgs={setArgs} mistakes={mistakes} setIsBroken={setIsBroken} />
          <TextInput
            label="User"
            description="For whom it is called: connections and keys of their own belong to a user."
            value={user}
            maxLength={255}
            error={fieldMistakes(call.error)['user']}
            onChange={(event) => setUser(event.currentTarget.value)}
          />
          <Group>
            <Button type="submit" loading={call.isPending} disabled={isBroken}>
              Send
            </Button>
          </Group>
        </Stack>
      </form>
      <div aria-live="polite" ref={result}>
        {call.error && (
          <Stack gap="lg">
            <Failure error={call.error} />
            {sent && <SentRequest request={sent} beside={<Took {...sent} />} />}
          </Stack>
        )}
        {isDeclined && <Text>Declined: nothing was sent.</Text>}
        {call.data?.outcome === 'sign_in_required' && (
          <SignInNeeded signIn={call.data.sign_in} onConnected={() => send()} />
        )}
        {call.data?.outcome === 'confirmation_required' && (
          <ConfirmationNeeded
            confirmation={call.data.confirmation}
            onAllow={() => call.data?.outcome === 'confirmation_required' && send(call.data.confirmation.token)}
            onDecline={() => {
              call.reset();
              setIsDeclined(true);
            }}
          />
        )}
        {call.data?.outcome === 'completed' && (
          <>
            <Divider mb="lg" />
            <Exchange completed={call.data} />
          </>
        )}
      </div>
    </Stack>
  );
}

interface ArgumentsProps {
  schema: JsonSchema;
  args: Arguments;
  setArgs: (args: Arguments) => void;
  mistakes: Record<string, string>;
  setIsBroken: (isBroken: boolean) => void;
}

function Arguments({ schema, args, setArgs, mistakes, setIsBroken }: ArgumentsProps) {
  const properties = propertiesOf(schema);
  if (properties.length === 0) return <Text size="sm">It takes no arguments.</Text>;
  return (
    <Tabs defaultValue="form" keepMounted={false} onChange={() => setIsBroken(false)}>
      <Tabs.List mb="md">
        <Tabs.Tab value="form">Form</Tabs.Tab>
        <Tabs.Tab value="json">JSON</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="form">
        <Stack>
          {properties.map(({ name, isRequired, schema: property }) => (
            <ArgumentField
              key={name}
              name={name}
              schema={property}
              root={schema}
              isRequired={isRequired}
              value={args[name]}
              onChange={(next) => setArgs(withProperty(args, name, next))}
              mistakes={mistakes}
              path={name.replaceAll('~', '~0').replaceAll('/', '~1')}
            />
          ))}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="json">
        <JsonField
          label="Arguments"
          description="Each parameter by its name, the request body under body"
          minRows={8}
          value={args}
          onChange={(next) => setArgs(typeof next === 'object' && next !== null ? (next as Arguments) : {})}
          onBroken={setIsBroken}
        />
      </Tabs.Panel>
    </Tabs>
  );
}
