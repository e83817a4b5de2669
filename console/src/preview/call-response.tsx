import { List, Stack, Text } from '@mantine/core';
import type { Completed } from '../queries/calls';
import { FieldErrorList } from '../ui/field-error-list';
import { jsonText, TextBlock } from '../ui/text-block';
import styles from './preview.module.css';
import type { Call, Turn } from './turn';

/** The response of a completed call. */
export function CallResponse({ completed: { response, notices } }: { completed: Completed }) {
  const { status, truncated, files, body } = response;
  return (
    <Stack gap="xs">
      {(status >= 300 || !hasBody(body)) && <Text size="sm">{statusMeaning(status)}</Text>}
      {hasBody(body) && (
        <TextBlock label="Response body" text={typeof body === 'string' ? body : jsonText(body)} isLabelHidden />
      )}
      {files.length > 0 && (
        <List size="sm">
          {files.map(({ name, mime_type, content }) => (
            <List.Item key={name}>
              {name} ({mime_type}, {formatBase64Size(content)})
            </List.Item>
          ))}
        </List>
      )}
      {truncated && <Text size="sm">The response was longer than the limit and was truncated.</Text>}
      <FieldErrorList errors={notices} />
    </Stack>
  );
}

/** The exchange between the console and Countersign, as far as it is about one call. */
export function RequestAndResponse({
  turn: { message, request },
  call: { outcome, result },
}: {
  turn: Turn;
  call: Call;
}) {
  return (
    <details className={styles.details}>
      <summary>Request and response</summary>
      <Stack gap="sm" mt="xs">
        {request && <TextBlock label="Request" text={requestText(message.toolCalls, request)} />}
        {outcome && <TextBlock label="Outcome" text={jsonWithoutFiles(outcome)} />}
        {result && <ModelResult result={result} />}
      </Stack>
    </details>
  );
}

/** The result of a call in the form of the vendor. */
export function ModelResult({ result }: Pick<Call, 'result'>) {
  return <TextBlock label="Result for the model" text={jsonWithoutFiles(result)} />;
}

/** The request, with the tool calls as they were sent. */
function requestText(toolCalls: string, request: object): string {
  const rest = jsonText({ ...request, show_outcomes: true });
  return `{\n  "tool_calls": ${toolCalls.trim().replaceAll('\n', '\n  ')},${rest.slice(1)}`;
}

function statusMeaning(status: number): string {
  if (status < 300) return 'The API responded without a body.';
  if (status < 400) return 'The API responded with a redirect.';
  if (status === 401 || status === 403) return 'The API denied access.';
  if (status === 404) return 'The API found nothing at this address.';
  if (status === 429) return 'The API’s rate limit was exceeded.';
  return status < 500 ? 'The API rejected the call.' : 'The API failed.';
}

function hasBody(body: unknown): boolean {
  return body !== '' && body !== null && body !== undefined;
}

const MIN_FILE_CHARACTERS = 1000;
const BASE64 = /^(data:[^,]+,)?[\w+/]+=*$/;

/** Indented JSON. Files may be megabytes of base64: their sizes are shown instead. */
function jsonWithoutFiles(value: unknown): string {
  const shortened = (_: string, each: unknown) =>
    typeof each === 'string' && each.length > MIN_FILE_CHARACTERS && BASE64.test(each)
      ? `(${formatBase64Size(each)})`
      : each;
  return JSON.stringify(value, shortened, 2);
}

function formatBase64Size(base64: string): string {
  const bytes = Math.floor((base64.replaceAll('=', '').length * 3) / 4);
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024).toLocaleString('en')} KB`;
}
