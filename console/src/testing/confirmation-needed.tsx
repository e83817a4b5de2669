import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { ConfirmationRequired } from './call';

interface ConfirmationNeededProps {
  confirmation: ConfirmationRequired['confirmation'];
  onAllow: () => void;
  onDecline: () => void;
}

/** Asks as the user would be asked. */
export function ConfirmationNeeded({ confirmation, onAllow, onDecline }: ConfirmationNeededProps) {
  const { domain, method, url, summary } = confirmation;
  return (
    <Alert color="blue" title={`Allow this call to ${domain}?`}>
      <Stack gap="sm">
        <Text size="sm">{summary}</Text>
        <span className="mono">
          {method} {url}
        </span>
        <Group gap="sm">
          <Button onClick={onAllow}>Allow</Button>
          <Button variant="default" onClick={onDecline}>
            Decline
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
