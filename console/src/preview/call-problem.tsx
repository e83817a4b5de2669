import { Code, List, Stack, Text } from '@mantine/core';
import { messageOf, Problem } from '../api/problem';

/** What each failure means to who builds the GPT; what exactly it was, the problem's own words say. */
const MEANINGS: Record<string, string> = {
  invalid_arguments: 'The arguments do not fit the operation. Nothing was sent.',
  invalid_request: 'The call itself is not valid. Nothing was sent.',
  user_required: 'This operation acts for a user: say who it is.',
  operation_not_found: 'The GPT has no operation of this name.',
  ambiguous_operation: 'More than one action has an operation of this name.',
  egress_denied: 'The address may not be reached. Nothing was sent.',
  request_too_large: 'The request is larger than the limit. Nothing was sent.',
  upstream_unreachable: 'The API could not be reached.',
  upstream_invalid: 'The API answered something that could not be read.',
  upstream_timeout: 'The API did not answer in time.',
  credential_unavailable: 'The credential could not be had right now.',
  rate_limited: 'There were too many calls. Wait a moment.',
  unreachable: 'Countersign could not be reached.',
};

/** Why a call did not go through. */
export function CallProblem({ error }: { error: unknown }) {
  const { code, errors, requestId } = error instanceof Problem ? error : new Problem(0, 'unknown', messageOf(error));
  const meaning = MEANINGS[code];
  return (
    <Stack gap={6}>
      {meaning && <Text size="sm">{meaning}</Text>}
      {errors.length === 0 ? (
        <Text size="sm">{messageOf(error)}</Text>
      ) : (
        <List size="sm">
          {errors.map(({ pointer, message }) => (
            <List.Item key={`${pointer} ${message}`}>
              <Code>{pointer || 'the whole'}</Code> {message}
            </List.Item>
          ))}
        </List>
      )}
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
