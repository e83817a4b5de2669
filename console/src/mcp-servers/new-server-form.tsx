import { Button, Group, Paper, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { DocumentFailure } from '../actions/document-failure';
import { fieldErrors } from '../api/problem';
import { useCreateAction } from '../queries/actions';

interface NewServerFormProps {
  gptId: string;
  onAdded: (actionId: string) => void;
}

/** Adds an action whose operations are the tools of an MCP server. */
export function NewServerForm({ gptId, onAdded }: NewServerFormProps) {
  const [url, setUrl] = useState('');
  const create = useCreateAction(gptId);
  const urlError = fieldErrors(create.error)['mcp_url'];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ mcp_url: url.trim() }, { onSuccess: ({ id }) => onAdded(id) });
      }}
    >
      <Stack>
        <Paper withBorder p="md">
          <TextInput
            label="Server URL"
            description="The server lists its tools without a credential. If it requires one, set up the authentication afterwards."
            type="url"
            required
            maw={720}
            placeholder="https://mcp.example.com/mcp"
            value={url}
            error={urlError}
            onChange={(event) => {
              create.reset();
              setUrl(event.currentTarget.value);
            }}
          />
        </Paper>
        {create.error && urlError === undefined && <DocumentFailure error={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending}>
            Add action
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
