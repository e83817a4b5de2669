import { Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldMistakes } from '../api/problem';
import type { Action } from '../gpts/gpt-queries';
import { Failure } from '../ui/failure';
import { useChangeAction } from './action-queries';
import classes from './actions.module.css';

/** Where the action's calls go, and what its users may read about that. */
export function ActionFacts({ action }: { action: Action }) {
  const [url, setUrl] = useState(action.privacy_policy_url ?? '');
  const change = useChangeAction(action.gpt_id, action.id);
  const isChanged = url.trim() !== (action.privacy_policy_url ?? '');
  const mistake = fieldMistakes(change.error)['privacy_policy_url'];
  return (
    <Paper withBorder p="lg">
      <Stack>
        <dl className={classes['facts']}>
          <Fact name="Domain" value={action.domain} />
          <Fact name="Server" value={action.server_url} />
          {action.openapi_url && <Fact name="Imported from" value={action.openapi_url} />}
        </dl>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate({ privacy_policy_url: url.trim() || null });
          }}
        >
          <Group align="flex-end" gap="sm">
            <TextInput
              label="Privacy policy"
              type="url"
              placeholder="https://api.example.com/privacy"
              value={url}
              error={mistake}
              onChange={(event) => setUrl(event.currentTarget.value)}
              flex={1}
              miw={200}
            />
            <Button type="submit" variant="default" loading={change.isPending} disabled={!isChanged}>
              Save
            </Button>
          </Group>
          <Text size="sm" c="dimmed" component="output">
            {!isChanged && change.isSuccess ? 'Saved' : ''}
          </Text>
          {change.error && mistake === undefined && <Failure error={change.error} />}
        </form>
      </Stack>
    </Paper>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="mono">{value}</dd>
    </div>
  );
}
