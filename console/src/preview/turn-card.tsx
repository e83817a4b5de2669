import { Button, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { CallProblem } from './call-problem';
import styles from './preview.module.css';
import type { Turn } from './turn';

interface TurnCardProps {
  turn: Turn;
  /** The domain of the chosen operation. */
  domain: string | undefined;
  tryAgain: () => void;
}

/** A turn whose calls are not known yet, or were rejected as a whole. */
export function TurnCard({ turn: { message, phase }, domain, tryAgain }: TurnCardProps) {
  const { user, operation, toolCalls } = message;
  return (
    <li>
      <div className={styles.asked}>
        <Text size="sm">
          {user}: {operation === undefined ? 'pasted tool calls' : <span className="mono">{operation}</span>}
        </Text>
        {operation === undefined && <pre>{toolCalls}</pre>}
      </div>
      <Paper withBorder p="md" className={styles.card}>
        <Stack gap="sm">
          <Group gap="xs">
            {phase.is === 'running' && <Loader size={16} aria-hidden />}
            <Text component="h3" fw={600}>
              {titleOf(phase, domain)}
            </Text>
          </Group>
          {phase.is === 'failed' && (
            <>
              <CallProblem error={phase.error} />
              <Group>
                <Button size="compact-sm" variant="default" onClick={tryAgain}>
                  Try again
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </Paper>
    </li>
  );
}

function titleOf(phase: Turn['phase'], domain: string | undefined): string {
  if (phase.is === 'queued') return 'Waiting for earlier calls';
  if (phase.is === 'failed') return 'Nothing was called';
  return domain === undefined ? 'Making the calls' : `Calling ${domain}`;
}
