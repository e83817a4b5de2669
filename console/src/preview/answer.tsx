import { Code, List, Stack, Text } from '@mantine/core';
import { jsonText, TextBlock } from '../ui/text-block';
import type { Completed, Entry } from './conversation';
import styles from './preview.module.css';

type Response = Completed['response'];

/** What the API answered, as far as a user would care. */
export function Answer({ completed: { response, notices } }: { completed: Completed }) {
  const { status, truncated, files, body } = response;
  return (
    <Stack gap="xs">
      {(status >= 300 || !hasText(body)) && <Text size="sm">{wordsOf(status)}</Text>}
      {hasText(body) && (
        <TextBlock label="What it answered" text={typeof body === 'string' ? body : jsonText(body)} isLabelHidden />
      )}
      {files.length > 0 && (
        <List size="sm">
          {files.map(({ name, mime_type, content }) => (
            <List.Item key={name}>
              {name} ({mime_type}, {sizeOf(content)})
            </List.Item>
          ))}
        </List>
      )}
      {truncated && <Text size="sm">The answer was longer than the limit and was cut.</Text>}
      {notices.map(({ pointer, message }) => (
        <Text size="sm" key={`${pointer} ${message}`}>
          <Code>{pointer}</Code> {message}
        </Text>
      ))}
    </Stack>
  );
}

/** Everything that went over the wire between here and Countersign. */
export function RequestAndResponse({ request, answer }: Pick<Entry, 'request' | 'answer'>) {
  if (!request) return null;
  return (
    <details className={styles.details}>
      <summary>Request and response</summary>
      <Stack gap="sm" mt="xs">
        <TextBlock label="Request" text={jsonText(request)} />
        {answer && <TextBlock label="Response" text={jsonText(withoutContents(answer))} />}
      </Stack>
    </details>
  );
}

function wordsOf(status: number): string {
  if (status < 300) return 'The API answered with nothing but its status.';
  if (status < 400) return 'The API answered that it is elsewhere.';
  if (status === 401 || status === 403) return 'The API did not let this in.';
  if (status === 404) return 'The API has found nothing there.';
  if (status === 429) return 'The API wants fewer calls.';
  return status < 500 ? 'The API refused the call.' : 'The API failed.';
}

function hasText(body: unknown): boolean {
  return body !== '' && body !== null && body !== undefined;
}

/** Files are megabytes of base64: their size says enough. */
function withoutContents(answer: NonNullable<Entry['answer']>): unknown {
  if (answer.outcome !== 'completed') return answer;
  const files = answer.response.files.map((file) => ({ ...file, content: `(${sizeOf(file.content)})` }));
  const response: Response = { ...answer.response, files };
  return { ...answer, response };
}

function sizeOf(base64: string): string {
  const bytes = Math.floor((base64.replaceAll('=', '').length * 3) / 4);
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024).toLocaleString('en')} KB`;
}
