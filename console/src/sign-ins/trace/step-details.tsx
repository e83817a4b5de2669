import { Alert, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TraceStep } from '../../queries/sign-ins';
import { Facts } from '../../ui/facts';
import { exactTime } from '../../ui/relative-time';
import { TextBlock } from '../../ui/text-block';
import { formatBody, parseRequestLine } from './http-message';
import { formatDuration } from './step-drawing';

type Sent = NonNullable<TraceStep['sent']>;
type Received = NonNullable<TraceStep['received']>;

/** A step in full: the request, the response and the decision. */
export function StepDetails({ step }: { step: TraceStep }) {
  const { at, sent, received, decision, diagnosis, diagnosis_code, duration_ms } = step;
  return (
    <Stack gap="md">
      {diagnosis && (
        <Alert color="red" title="Problem" role="note">
          {diagnosis}
        </Alert>
      )}
      <Facts
        isMono
        facts={[
          ['Time', exactTime(at)],
          ['Duration', duration_ms === null ? '' : formatDuration(duration_ms)],
          ['Decision', decision],
          ['Diagnosis', diagnosis_code],
        ]}
      />
      {sent && <Request sent={sent} />}
      {received && <Response received={received} />}
    </Stack>
  );
}

function Request({ sent: { line, headers = {}, body } }: { sent: Sent }) {
  const { method, url, parameters } = parseRequestLine(line);
  return (
    <Part title="Request">
      <Facts isMono facts={[[method, url]]} />
      <NamedFacts title="Query" facts={parameters} />
      <NamedFacts title="Headers" facts={Object.entries(headers)} />
      <Body body={body} label="Request body" />
    </Part>
  );
}

function Response({ received }: { received: Received }) {
  if ('failure' in received) {
    const { code, message } = received.failure;
    return (
      <Part title="No response">
        <Facts isMono facts={[[code, message]]} />
      </Part>
    );
  }
  const { status, headers, body } = received;
  return (
    <Part title="Response">
      <Facts isMono facts={[['Status', status]]} />
      <NamedFacts title="Headers" facts={Object.entries(headers)} />
      <Body body={body} label="Response body" />
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
  const content = formatBody(body);
  return 'fields' in content ? (
    <NamedFacts title="Form" facts={content.fields} />
  ) : (
    <TextBlock label={label} text={content.text} />
  );
}

function NamedFacts({ title, facts }: { title: string; facts: [string, string][] }) {
  if (facts.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="xs" fw={600} c="dimmed">
        {title}
      </Text>
      <Facts isMono facts={facts} />
    </Stack>
  );
}
