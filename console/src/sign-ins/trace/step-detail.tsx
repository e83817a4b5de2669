import { Alert, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { TextBlock } from '../../ui/text-block';
import styles from './diagram.module.css';
import { durationOf, type TraceStep } from './picture';
import { readBody, readLine } from './wire';

const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

type Sent = NonNullable<TraceStep['sent']>;
type Received = NonNullable<TraceStep['received']>;

/** Everything that is known of a step. */
export function StepDetail({ step }: { step: TraceStep }) {
  const { at, sent, received, decision, diagnosis, diagnosis_code, duration_ms } = step;
  return (
    <Stack gap="md">
      {diagnosis && (
        <Alert color="red" title="What is wrong, and what to change" role="note">
          {diagnosis}
        </Alert>
      )}
      <Fields
        fields={[
          ['When', EXACT.format(new Date(at))],
          ['Took', duration_ms === null ? '' : durationOf(duration_ms)],
          ['Decision', decision ?? ''],
          ['Diagnosis', diagnosis_code ?? ''],
        ]}
      />
      {sent && <SentPart sent={sent} />}
      {received && <ReceivedPart received={received} />}
    </Stack>
  );
}

function SentPart({ sent: { line, headers = {}, body } }: { sent: Sent }) {
  const { method, url, parameters } = readLine(line);
  return (
    <Part title="What was sent">
      <Fields fields={[[method, url]]} />
      <Named title="Query" fields={parameters} />
      <Named title="Headers" fields={Object.entries(headers)} />
      <Body body={body} label="Body that was sent" />
    </Part>
  );
}

function ReceivedPart({ received }: { received: Received }) {
  if ('failure' in received) {
    const { code, message } = received.failure;
    return (
      <Part title="Nothing came back">
        <Fields fields={[[code, message]]} />
      </Part>
    );
  }
  const { status, headers, body } = received;
  return (
    <Part title="What came back">
      <Fields fields={[['Status', String(status)]]} />
      <Named title="Headers" fields={Object.entries(headers)} />
      <Body body={body} label="Body that came back" />
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="xs">
      <Text component="h3" fw={600} size="sm">
        {title}
      </Text>
      {children}
    </Stack>
  );
}

function Body({ body, label }: { body: string | undefined; label: string }) {
  if (!body) return null;
  const content = readBody(body);
  return 'fields' in content ? (
    <Named title="Form" fields={content.fields} />
  ) : (
    <TextBlock label={label} text={content.text} />
  );
}

function Named({ title, fields }: { title: string; fields: [string, string][] }) {
  if (fields.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="xs" fw={600} c="dimmed">
        {title}
      </Text>
      <Fields fields={fields} />
    </Stack>
  );
}

function Fields({ fields }: { fields: [string, string][] }) {
  return (
    <dl className={styles.facts}>
      {fields
        .filter(([, value]) => value !== '')
        .map(([name, value], index) => (
          // Names may repeat in a form; their order is fixed.
          <div key={`${name} ${index}`} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
