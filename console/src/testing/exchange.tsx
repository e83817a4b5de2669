import { Alert, Badge, Group, Stack, Text, Title } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { TextBlock } from '../ui/text-block';
import type { Completed, Sent } from './call';
import classes from './testing.module.css';

/** What was sent, and what came back. */
export function Exchange({ completed: { request, response, notices } }: { completed: Completed }) {
  const { status, headers, body, truncated, files } = response;
  const isGood = status < 400;
  return (
    <Stack gap="lg">
      {notices.length > 0 && (
        <Alert color="yellow" title="Notices">
          {notices.map(({ pointer, message }) => (
            <Text size="sm" key={`${pointer} ${message}`}>
              <span className="mono">{pointer}</span> {message}
            </Text>
          ))}
        </Alert>
      )}
      <Part
        title="Response"
        beside={
          <>
            <Badge
              variant="light"
              tt="none"
              color={isGood ? 'green' : 'red'}
              c={isGood ? 'var(--console-success)' : 'var(--console-error)'}
            >
              Status {status}
            </Badge>
            {request && <Took {...request} />}
          </>
        }
      >
        <Headers headers={headers} name="response" />
        <Code label="Response body" text={pretty(body)} />
        {truncated && <Text size="sm">The body was longer than the limit: it is cut.</Text>}
        {files.map(({ name, mime_type, content }) => (
          <Text size="sm" key={name}>
            File <span className="mono">{name}</span>, {mime_type}, {Math.floor((content.length * 3) / 4)} bytes
          </Text>
        ))}
      </Part>
      {request && <SentRequest request={request} />}
    </Stack>
  );
}

/** A request as it went out, or was to go out where the call failed. */
export function SentRequest({ request, beside }: { request: Sent; beside?: ReactNode }) {
  return (
    <Part title="Request" beside={beside}>
      <Code label="Request line" text={`${request.method} ${request.url}`} />
      <Headers headers={request.headers} name="request" />
      {request.body !== null && <Code label="Request body" text={prettyText(request.body)} />}
    </Part>
  );
}

/** How long it took. */
export function Took({ milliseconds }: Pick<Sent, 'milliseconds'>) {
  return (
    <Text size="sm" c="dimmed">
      {milliseconds} ms
    </Text>
  );
}

function Part({ title, beside, children }: { title: string; beside?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Group gap="sm" mb="xs">
        <Title order={3} size="h5">
          {title}
        </Title>
        {beside}
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
      <dl className={classes['headers']}>
        {entries.map(([header, value]) => (
          <Fragment key={header}>
            <dt className="mono">{header}</dt>
            <dd className="mono">{value}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}

function Code({ label, text }: { label: string; text: string }) {
  return text === '' ? <Text size="sm">Without a body</Text> : <TextBlock label={label} text={text} isLabelHidden />;
}

function pretty(body: unknown): string {
  if (body === null || body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body, null, 2);
}

function prettyText(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
