import { Button, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { useEffect, useRef, type FocusEvent, type ReactNode } from 'react';
import { HttpStatus } from '../ui/http-status';
import { OperationConfirmation, type Decision } from '../ui/operation-confirmation';
import { CallProblem } from './call-problem';
import { CallResponse, RequestAndResponse } from './call-response';
import type { Entry } from './conversation';
import styles from './preview.module.css';
import { NOT_SIGNED_IN, NotSignedIn, SignInCard } from './sign-in-card';

interface CallCardProps {
  entry: Entry;
  /** The domain of the operation, if it is known before the call. */
  domain: string | undefined;
  decide: (decision: Decision) => void;
  callAgain: () => void;
}

/** A call with its arguments, its state and its outcome. */
export function CallCard({ entry, domain: knownDomain, decide, callAgain }: CallCardProps) {
  const { user, call, phase, milliseconds, wasAlwaysAllowed } = entry;
  const domain = domainOf(entry) ?? knownDomain ?? 'the API';
  const { heading, card, ...focusHandlers } = useKeptFocus(phase.is);
  const canRepeat = phase.is === 'failed' || phase.is === 'declined' || phase.is === 'not_signed_in';
  return (
    <li>
      <div className={styles.asked}>
        <Text size="sm">
          {user}: <span className="mono">{call.name}</span>
        </Text>
        {Object.keys(call.arguments).length > 0 && <pre>{compactJson(call.arguments)}</pre>}
      </div>
      <Paper withBorder p="md" className={styles.card} ref={card} {...focusHandlers}>
        <Stack gap="sm">
          <Group gap="xs">
            {phase.is === 'calling' && <Loader size={16} aria-hidden />}
            <Text component="h3" fw={600} tabIndex={-1} ref={heading} className={styles.heading}>
              {titleOf(entry, domain)}
            </Text>
            {phase.is === 'completed' && <HttpStatus status={phase.completed.response.status} />}
            {milliseconds !== undefined && (phase.is === 'completed' || phase.is === 'failed') && (
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
          <Content entry={entry} decide={decide} />
          <RequestAndResponse {...entry} />
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

/** JSON on one line if it is short. */
function compactJson(value: object): string {
  const line = JSON.stringify(value);
  return line.length <= MAX_LINE_LENGTH ? line : JSON.stringify(value, null, 2);
}

function titleOf({ phase }: Entry, domain: string): string {
  switch (phase.is) {
    case 'queued':
      return 'Waiting for earlier calls';
    case 'calling':
      return `Calling ${domain}`;
    case 'confirmation':
      return `Allow this call to ${domain}?`;
    case 'sign_in':
      return `${domain} requires a sign-in`;
    case 'not_signed_in':
      return NOT_SIGNED_IN[phase.signIn.status] ?? 'The user is not signed in';
    case 'declined':
      return `You declined. Nothing was sent to ${domain}`;
    case 'completed':
      return `Called ${domain}`;
    case 'failed':
      return `The call to ${domain} failed`;
  }
}

function Content({ entry: { phase, user }, decide }: Pick<CallCardProps, 'entry' | 'decide'>): ReactNode {
  switch (phase.is) {
    case 'confirmation':
      return <OperationConfirmation confirmation={phase.confirmation} decide={decide} canAlwaysAllow />;
    case 'sign_in':
      return <SignInCard offer={phase.offer} user={user} />;
    case 'not_signed_in':
      return <NotSignedIn signIn={phase.signIn} />;
    case 'completed':
      return <CallResponse completed={phase.completed} />;
    case 'failed':
      return <CallProblem error={phase.error} />;
    default:
      return null;
  }
}

function domainOf({ phase }: Entry): string | undefined {
  if ('confirmation' in phase) return phase.confirmation.domain;
  return 'offer' in phase ? phase.offer.domain : undefined;
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
