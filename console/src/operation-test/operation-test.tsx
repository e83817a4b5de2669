import { Alert, Button, Divider, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { fieldErrors, Problem } from '../api/problem';
import type { Action, Operation } from '../queries/actions';
import { callOperation } from '../queries/calls';
import { Failure } from '../ui/failure';
import { OperationConfirmation } from '../ui/operation-confirmation';
import { ArgumentsForm, type Arguments } from './arguments-form';
import { CallResult, Duration, RequestPart } from './call-result';
import { initialValue, type JsonSchema } from './json-schema';
import { SignInRequired } from './sign-in-required';

const DEFAULT_USER = 'console';

interface OperationTestProps {
  action: Action;
  operation: Operation;
  schema: JsonSchema;
}

/** A form for the arguments of a call, and the call's outcome. */
export function OperationTest({ action, operation, schema }: OperationTestProps) {
  const [args, setArgs] = useState(() => (initialValue(schema, schema, true) ?? {}) as Arguments);
  const [user, setUser] = useState(DEFAULT_USER);
  const [isInvalid, setInvalid] = useState(false);
  const [isDeclined, setDeclined] = useState(false);
  const call = useMutation({
    mutationFn: (confirmation: string | undefined) =>
      callOperation(action.gpt_id, {
        operation_id: operation.operation_id,
        action_id: action.id,
        show_request: true,
        arguments: args,
        ...(user !== '' && { user }),
        ...(confirmation && { confirmation }),
      }),
  });
  const send = (confirmation?: string) => {
    setDeclined(false);
    call.mutate(confirmation);
  };
  const decline = () => {
    call.reset();
    setDeclined(true);
  };
  return (
    <Stack>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Stack>
          <ArgumentsForm
            schema={schema}
            args={args}
            onChange={setArgs}
            errors={fieldErrors(call.error, '/arguments')}
            onInvalid={setInvalid}
          />
          <TextInput
            label="User"
            description="The end user whose connection or key the call uses."
            value={user}
            maxLength={255}
            error={fieldErrors(call.error)['user']}
            onChange={(event) => setUser(event.currentTarget.value)}
          />
          <Group>
            <Button type="submit" loading={call.isPending} disabled={isInvalid}>
              Send
            </Button>
          </Group>
        </Stack>
      </form>
      <Outcome call={call} isDeclined={isDeclined} send={send} decline={decline} />
    </Stack>
  );
}

interface OutcomeProps {
  call: { data: Awaited<ReturnType<typeof callOperation>> | undefined; error: Error | null };
  isDeclined: boolean;
  send: (confirmation?: string) => void;
  decline: () => void;
}

function Outcome({ call: { data, error }, isDeclined, send, decline }: OutcomeProps) {
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (data ?? error) result.current?.scrollIntoView({ block: 'start' });
  }, [data, error]);
  const request = error instanceof Problem ? error.request : undefined;
  return (
    <div aria-live="polite" ref={result}>
      {error && (
        <Stack gap="lg">
          <Failure error={error} />
          {request && <RequestPart request={request} aside={<Duration {...request} />} />}
        </Stack>
      )}
      {isDeclined && <Text>Declined. Nothing was sent.</Text>}
      {data?.outcome === 'sign_in_required' && <SignInRequired signIn={data.sign_in} onConnected={() => send()} />}
      {data?.outcome === 'confirmation_required' && (
        <Alert color="blue" title={`Allow this call to ${data.confirmation.domain}?`}>
          <OperationConfirmation
            confirmation={data.confirmation}
            decide={(decision) => (decision === 'decline' ? decline() : send(data.confirmation.token))}
          />
        </Alert>
      )}
      {data?.outcome === 'completed' && (
        <>
          <Divider mb="lg" />
          <CallResult completed={data} />
        </>
      )}
    </div>
  );
}
