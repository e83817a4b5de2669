import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Completed, SentRequest } from '../queries/calls';
import { Caution } from '../ui/caution';
import { Facts } from '../ui/facts';
import { FieldErrorList } from '../ui/field-error-list';
import { HttpStatus } from '../ui/http-status';
import { jsonText, TextBlock } from '../ui/text-block';
import classes from './operation-test.module.css';

/** The response and the request of a completed call. */
export function CallResult({ completed: { request, response, notices } }: { completed: Completed }) {
  const { status, headers, body, truncated, files } = response;
  return (
    <Stack gap="lg">
      {notices.length > 0 && (
        <Caution title="Notices">
          <FieldErrorList errors={notices} />
        </Caution>
      )}
      <Part
        title="Response"
        aside={
          <>
            <HttpStatus status={status} />
            {request && <Duration {...request} />}
          </>
        }
      >
        <Headers headers={headers} name="response" />
        <Body label="Response body" text={bodyText(body)} />
        {truncated && <Text size="sm">The body was longer than the limit and was truncated.</Text>}
        {files.map(({ name, mime_type, content }) => (
          <Text size="sm" key={name}>
            File <span className="mono">{name}</span>, {mime_type}, {Math.floor((content.length * 3) / 4)} bytes
          </Text>
        ))}
      </Part>
      {request && <RequestPart request={request} />}
    </Stack>
  );
}

/** The request as it was sent, or would have been sent if the call failed before. */
export function RequestPart({ request, aside }: { request: SentRequest; aside?: ReactNode }) {
  return (
    <Part title="Request" aside={aside}>
      <Body label="Request line" text={`${request.method} ${request.url}`} />
      <Headers headers={request.headers} name="request" />
      {request.body !== null && <Body label="Request body" text={indentJson(request.body)} />}
    </Part>
  );
}

export function Duration({ milliseconds }: Pick<SentRequest, 'milliseconds'>) {
  return (
    <Text size="sm" c="dimmed">
      {milliseconds} ms
    </Text>
  );
}

function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Group gap="sm" mb="xs">
        <Title order={3} size="h5">
          {title}
        </Title>
        {aside}
      </Group>
      <Stack gap="xs">{children}</Stack>
    </section>
  );
}

function Headers({ headers, name }: { headers: Record<string, string>; name: string }) {
  const entries = Object.entries(headers);
  if (entries.length === 0) return null;
  return (
    <details>
      <summary className={classes['summary']}>
        {entries.length} {name} {entries.length === 1 ? 'header' : 'headers'}
      </summary>
      <Facts isMono facts={entries} />
    </details>
  );
}

function Body({ label, text }: { label: string; text: string }) {
  return text === '' ? <Text size="sm">No body</Text> : <TextBlock label={label} text={text} isLabelHidden />;
}

function bodyText(body: unknown): string {
  if (body === null || body === undefined) return '';
  return typeof body === 'string' ? body : jsonText(body);
}

function indentJson(text: string): string {
  try {
    return jsonText(JSON.parse(text));
  } catch {
    return text;
  }
}
