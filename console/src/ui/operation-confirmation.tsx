import { Button, Group, Stack, Text } from '@mantine/core';
import type { Confirmation } from '../queries/calls';
import { Facts } from './facts';

/** The user's answer to the confirmation of a call. */
export type Decision = 'allow' | 'decline' | 'always';

interface OperationConfirmationProps {
  confirmation: Confirmation;
  decide: (decision: Decision) => void;
  /** Offers "Always allow" if the document permits it. */
  canAlwaysAllow?: boolean;
}

/** The request that a call would send. The user allows or declines it. */
export function OperationConfirmation({ confirmation, decide, canAlwaysAllow }: OperationConfirmationProps) {
  const { domain, method, url, summary, can_always_allow } = confirmation;
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          ['Operation', summary],
          ['Sent to', domain],
          [
            'Request',
            <span key="request" className="mono">
              {method} {url}
            </span>,
          ],
        ]}
      />
      <Group gap="xs">
        <Button onClick={() => decide('allow')}>Allow</Button>
        {canAlwaysAllow && can_always_allow && (
          <Button variant="default" onClick={() => decide('always')}>
            Always allow
          </Button>
        )}
        <Button variant="default" onClick={() => decide('decline')}>
          Decline
        </Button>
      </Group>
      {canAlwaysAllow && !can_always_allow && (
        <Text size="xs" c="dimmed">
          The document or the policy requires a confirmation of every call.
        </Text>
      )}
    </Stack>
  );
}
