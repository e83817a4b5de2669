import { Badge, Button, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { useEffect, useRef, type FocusEvent, type ReactNode } from 'react';
import { Answer, RequestAndResponse } from './answer';
import { CallProblem } from './call-problem';
import { ConfirmationCard } from './confirmation-card';
import type { Decision, Entry } from './conversation';
import styles from './preview.module.css';
import { NOT_SIGNED_IN, NotSignedIn, SignInCard } from './sign-in-card';

interface CallCardProps {
  entry: Entry;
  /** Whom the call talks to, as far as that is known before it is made. */
  domain: string | undefined;
  decide: (decision: Decision) => void;
  again: () => void;
}

/** One call: what was asked for, and what has become of it. */
export function CallCard({ entry, domain: known, decide, again }: CallCardProps) {
  const { user, call, phase, milliseconds, wasAllowedBefore } = entry;
  const domain = domainOf(entry) ?? known ?? 'the API';
  const { heading, card, ...stays } = useFocusThatStays(phase.is);
  const isOver = phase.is === 'failed' || phase.is === 'declined' || phase.is === 'not_signed_in';
  return (
    <li>
      <div className={styles.asked}>
        <Text size="sm">
          {user}: <span className="mono">{call.name}</span>
        </Text>
        {Object.keys(call.arguments).length > 0 && <pre>{shortJson(call.arguments)}</pre>}
      </div>
      <Paper withBorder p="md" className={styles.card} ref={card} {...stays}>
        <Stack gap="sm">
          <Group gap="xs">
            {phase.is === 'calling' && <Loader size={16} aria-hidden />}
            <Text component="h3" fw={600} tabIndex={-1} ref={heading} className={styles.heading}>
              {titleOf(entry, domain)}
            </Text>
            <Status entry={entry} />
            {milliseconds !== undefined && (phase.is === 'completed' || phase.is === 'failed') && (
              <Text size="sm" c="dimmed">
                {milliseconds} ms
              </Text>
            )}
          </Group>
          {wasAllowedBefore && (
            <Text size="xs" c="dimmed">
              Not asked: you always allow {call.name}.
            </Text>
          )}
          {contentOf(entry, decide)}
          <RequestAndResponse {...entry} />
          {isOver && (
            <Group>
              <Button size="compact-sm" variant="default" onClick={again}>
                Call again
              </Button>
            </Group>
          )}
        </Stack>
      </Paper>
    </li>
  );
}

/** On one line where it has room there. */
function shortJson(value: object): string {
  const line = JSON.stringify(value);
  return line.length <= 60 ? line : JSON.stringify(value, null, 2);
}

function titleOf({ phase }: Entry, domain: string): string {
  switch (phase.is) {
    case 'queued':
      return 'Waits for the calls before it';
    case 'calling':
      return `Talking to ${domain}`;
    case 'confirmation':
      return `Allow this to be sent to ${domain}?`;
    case 'sign_in':
      return `${domain} asks to sign in`;
    case 'not_signed_in':
      return NOT_SIGNED_IN[phase.signIn.status] ?? 'Nobody has signed in';
    case 'declined':
      return `You declined: nothing was sent to ${domain}`;
    case 'completed':
      return `Talked to ${domain}`;
    case 'failed':
      return `The call to ${domain} failed`;
  }
}

function contentOf({ phase, user }: Entry, decide: (decision: Decision) => void): ReactNode {
  switch (phase.is) {
    case 'confirmation':
      return <ConfirmationCard confirmation={phase.confirmation} decide={decide} />;
    case 'sign_in':
      return <SignInCard offer={phase.offer} user={user} />;
    case 'not_signed_in':
      return <NotSignedIn signIn={phase.signIn} />;
    case 'completed':
      return <Answer completed={phase.completed} />;
    case 'failed':
      return <CallProblem error={phase.error} />;
    default:
      return null;
  }
}

function Status({ entry: { phase } }: { entry: Entry }) {
  if (phase.is !== 'completed') return null;
  const { status } = phase.completed.response;
  return (
    <Badge variant="light" color={status < 400 ? 'teal' : 'red'} autoContrast={false} c="var(--mantine-color-text)">
      {status}
    </Badge>
  );
}

function domainOf({ phase }: Entry): string | undefined {
  if ('confirmation' in phase) return phase.confirmation.domain;
  return 'offer' in phase ? phase.offer.domain : undefined;
}

/** Whoever has pressed a button of the card stays in the card when the button is gone. */
function useFocusThatStays(phase: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isWithin = useRef(false);
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers return a promise, which an effect must not.
    void card.current?.scrollIntoView({ block: 'nearest' });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- with its phase the card grows
  }, [phase]);
  useEffect(() => {
    if (isWithin.current && document.activeElement === document.body) heading.current?.focus();
  });
  return {
    heading,
    card,
    onFocus: () => void (isWithin.current = true),
    // Nothing gets the focus where the focused button vanishes, or the window loses it.
    onBlur: ({ relatedTarget, currentTarget }: FocusEvent) => {
      if (relatedTarget && !currentTarget.contains(relatedTarget as Node)) isWithin.current = false;
    },
  };
}
