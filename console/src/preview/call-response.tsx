import { List, Stack, Text } from '@mantine/core';
import type { Completed } from '../queries/calls';
import { FieldErrorList } from '../ui/field-error-list';
import { jsonText, TextBlock } from '../ui/text-block';
import type { Entry } from './conversation';
import styles from './preview.module.css';

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

/** The exchange between the console and Countersign, in full. */
export function RequestAndResponse({ request, outcome }: Pick<Entry, 'request' | 'outcome'>) {
  if (!request) return null;
  return (
    <details className={styles.details}>
      <summary>Request and response</summary>
      <Stack gap="sm" mt="xs">
        <TextBlock label="Request" text={jsonText(request)} />
        {outcome && <TextBlock label="Response" text={jsonText(withoutFileContents(outcome))} />}
      </Stack>
    </details>
  );
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

/** Files may be megabytes of base64: their sizes are shown instead. */
function withoutFileContents(outcome: NonNullable<Entry['outcome']>): unknown {
  if (outcome.outcome !== 'completed') return outcome;
  const files = outcome.response.files.map((file) => ({ ...file, content: `(${formatBase64Size(file.content)})` }));
  return { ...outcome, response: { ...outcome.response, files } };
}

function formatBase64Size(base64: string): string {
  const bytes = Math.floor((base64.replaceAll('=', '').length * 3) / 4);
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024).toLocaleString('en')} KB`;
}
