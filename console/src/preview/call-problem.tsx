import { Stack, Text } from '@mantine/core';
import { messageOf, Problem } from '../api/problem';
import { FieldErrorList } from '../ui/field-error-list';

/** Explanations of problems for the author of the GPT, by their codes. */
const MEANINGS: Record<string, string> = {
  invalid_arguments: 'The arguments do not match the operation’s schema. Nothing was sent.',
  invalid_request: 'The call is invalid. Nothing was sent.',
  user_required: 'This operation acts on behalf of a user. Enter a user.',
  operation_not_found: 'This GPT has no operation with this name.',
  ambiguous_operation: 'Several actions have an operation with this name.',
  egress_denied: 'The address is blocked. Nothing was sent.',
  request_too_large: 'The request is larger than the limit. Nothing was sent.',
  upstream_unreachable: 'The API could not be reached.',
  upstream_invalid: 'The API sent a response that could not be parsed.',
  upstream_timeout: 'The API did not respond in time.',
  credential_unavailable: 'The credential is temporarily unavailable.',
  rate_limited: 'The rate limit was exceeded. Wait a moment.',
  unreachable: 'Countersign could not be reached.',
};

/** Why a call failed. */
export function CallProblem({ error }: { error: unknown }) {
  const { code, errors, requestId } = error instanceof Problem ? error : new Problem(0, 'unknown', messageOf(error));
  const meaning = MEANINGS[code];
  return (
    <Stack gap={6}>
      {meaning && <Text size="sm">{meaning}</Text>}
      {errors.length === 0 ? <Text size="sm">{messageOf(error)}</Text> : <FieldErrorList errors={errors} />}
      <Text size="xs" c="dimmed">
        Code <span className="mono">{code}</span>
        {requestId && (
          <>
            , request <span className="mono">{requestId}</span>
          </>
        )}
      </Text>
    </Stack>
  );
}
