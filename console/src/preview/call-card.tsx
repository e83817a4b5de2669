import { Button, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { useEffect, useRef, type FocusEvent, type ReactNode } from 'react';
import { Problem } from '../api/problem';
import { HttpStatus } from '../ui/http-status';
import { OperationConfirmation, type Decision } from '../ui/operation-confirmation';
import { jsonText } from '../ui/text-block';
import { CallProblem } from './call-problem';
import { CallResponse, ModelResult, RequestAndResponse } from './call-response';
import styles from './preview.module.css';
import { NOT_SIGNED_IN, NotSignedIn, SignInCard } from './sign-in-card';
import type { Call, Phase, Turn } from './turn';

interface CallCardProps {
  turn: Turn;
  call: Call;
  /** The domain of the operation, if it is known before the call. */
  domain: string | undefined;
  decide: (decision: Decision) => void;
  callAgain: () => void;
}

/** A call with its arguments, its state and its outcome. */
export function CallCard({ turn, call, domain: knownDomain, decide, callAgain }: CallCardProps) {
  const { phase, wasAlwaysAllowed } = call;
  const { user } = turn.message;
  const domain = domainOf(call) ?? knownDomain ?? 'the API';
  const milliseconds = millisecondsOf(call);
  const { heading, card, ...focusHandlers } = useKeptFocus(phase.is);
  const canRepeat = phase.is === 'failed' || phase.is === 'declined' || phase.is === 'not_signed_in';
  return (
    <li>
      <div className={styles.asked}>
        <Text size="sm">
          {user}: <span className="mono">{call.name}</span>
        </Text>
        <Arguments value={call.arguments} />
      </div>
      <Paper withBorder p="md" className={styles.card} ref={card} {...focusHandlers}>
        <Stack gap="sm">
          <Group gap="xs">
            {(phase.is === 'calling' || phase.is === 'in_progress') && <Loader size={16} aria-hidden />}
            <Text component="h3" fw={600} tabIndex={-1} ref={heading} className={styles.heading}>
              {titleOf(phase, domain)}
            </Text>
            {phase.is === 'completed' && <HttpStatus status={phase.completed.response.status} />}
            {milliseconds !== undefined && (
              <Text size="sm" c="dimmed">
                {milliseconds} ms
              </Text>
            )}
          </Group>
          {wasAlwaysAllowed && (
            <Text size="xs" c="dimmed">
              Not asked: {call.name} is always allowed.
            </Text>
          )}
          <Content call={call} user={user} decide={decide} />
          <RequestAndResponse turn={turn} call={call} />
          {canRepeat && (
            <Group>
              <Button size="compact-sm" variant="default" onClick={callAgain}>
                Call again
              </Button>
            </Group>
          )}
        </Stack>
      </Paper>
    </li>
  );
}

const MAX_LINE_LENGTH = 60;

/** The arguments, or what the model wrote instead, on one line if they are short. */
function Arguments({ value }: { value: unknown }) {
  if (typeof value === 'string') return <pre>{value}</pre>;
  const line = JSON.stringify(value);
  if (line === '{}') return null;
  return <pre>{line.length <= MAX_LINE_LENGTH ? line : jsonText(value)}</pre>;
}

function titleOf(phase: Phase, domain: string): string {
  switch (phase.is) {
    case 'calling':
      return `Calling ${domain}`;
    case 'in_progress':
      return `The call to ${domain} is in progress`;
    case 'confirmation':
      return `Allow this call to ${domain}?`;
    case 'allowed':
    case 'signed_in':
      return 'Waiting for the other calls';
    case 'sign_in':
      return `${domain} requires a sign-in`;
    case 'not_signed_in':
      return NOT_SIGNED_IN[phase.signIn.status] ?? 'The user is not signed in';
    case 'declined':
      return `You declined. Nothing was sent to ${domain}`;
    case 'completed':
      return `Called ${domain}`;
    case 'answered':
      return `The call to ${domain} has ended`;
    case 'failed':
      return `The call to ${domain} failed`;
  }
}

interface ContentProps {
  call: Call;
  user: string;
  decide: (decision: Decision) => void;
}

function Content({ call: { phase, result }, user, decide }: ContentProps): ReactNode {
  switch (phase.is) {
    case 'confirmation':
      return <OperationConfirmation confirmation={phase.confirmation} decide={decide} canAlwaysAllow />;
    case 'sign_in':
      return <SignInCard offer={phase.offer} user={user} isShared={phase.isShared} />;
    case 'signed_in':
      return <Text size="sm">{user} has signed in.</Text>;
    case 'allowed':
      return <Text size="sm">You allowed this call.</Text>;
    case 'not_signed_in':
      return <NotSignedIn signIn={phase.signIn} />;
    case 'completed':
      return <CallResponse completed={phase.completed} />;
    case 'answered':
      return <ModelResult result={result} />;
    case 'failed':
      return <CallProblem error={phase.error} />;
    default:
      return null;
  }
}

function domainOf({ phase }: Call): string | undefined {
  if ('confirmation' in phase) return phase.confirmation.domain;
  return 'offer' in phase ? phase.offer.domain : undefined;
}

/** The time until the API responded, or until the call was given up. */
function millisecondsOf({ phase }: Call): number | undefined {
  if (phase.is === 'completed') return phase.completed.request?.milliseconds;
  return phase.is === 'failed' && phase.error instanceof Problem ? phase.error.request?.milliseconds : undefined;
}

/** Keeps the focus in the card when a focused button of it disappears, and scrolls the card into view when it changes. */
function useKeptFocus(phase: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const hasFocus = useRef(false);
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers return a promise, which an effect must not return.
    void card.current?.scrollIntoView({ block: 'nearest' });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new phase changes the height of the card
  }, [phase]);
  useEffect(() => {
    if (hasFocus.current && document.activeElement === document.body) heading.current?.focus();
  });
  return {
    heading,
    card,
    onFocus: () => void (hasFocus.current = true),
    // `relatedTarget` is null if the focused button disappears or the window loses the focus.
    onBlur: ({ relatedTarget, currentTarget }: FocusEvent) => {
      if (relatedTarget && !currentTarget.contains(relatedTarget as Node)) hasFocus.current = false;
    },
  };
}
