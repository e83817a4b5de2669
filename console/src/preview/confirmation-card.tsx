import { Button, Group, Stack, Text } from '@mantine/core';
import type { Confirmation, Decision } from './conversation';
import styles from './preview.module.css';

interface ConfirmationCardProps {
  confirmation: Confirmation;
  decide: (decision: Decision) => void;
}

/** What would be sent where, and whether it may be. */
export function ConfirmationCard({ confirmation, decide }: ConfirmationCardProps) {
  const { domain, method, url, summary, can_always_allow } = confirmation;
  return (
    <Stack gap="sm">
      <dl className={styles.facts}>
        <dt>What</dt>
        <dd>{summary}</dd>
        <dt>Sent to</dt>
        <dd>{domain}</dd>
        <dt>Request</dt>
        <dd className="mono">
          {method} {url}
        </dd>
      </dl>
      <Group gap="xs">
        <Button size="sm" onClick={() => decide('allow')}>
          Allow
        </Button>
        {can_always_allow && (
          <Button size="sm" variant="default" onClick={() => decide('always')}>
            Always allow
          </Button>
        )}
        <Button size="sm" variant="default" onClick={() => decide('decline')}>
          Decline
        </Button>
      </Group>
      {!can_always_allow && (
        <Text size="xs" c="dimmed">
          The document says that this is asked each time (x-openai-isConsequential: true).
        </Text>
      )}
    </Stack>
  );
}
