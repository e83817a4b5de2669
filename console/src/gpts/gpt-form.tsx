import { Button, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldErrors, hasFieldErrors } from '../api/problem';
import { UnsavedChanges } from '../navigation/unsaved-changes';
import { useUpdateGpt, type Gpt } from '../queries/gpts';
import { Failure } from '../ui/failure';

const FIELDS = ['name', 'description', 'instructions'] as const;

/** A GPT's name, description and instructions. */
export function GptForm({ gpt }: { gpt: Gpt }) {
  const [fields, setFields] = useState({
    name: gpt.name,
    description: gpt.description,
    instructions: gpt.instructions,
  });
  const update = useUpdateGpt(gpt.id);
  const isChanged = FIELDS.some((name) => fields[name] !== gpt[name]);
  const errors = fieldErrors(update.error);
  const field = (name: (typeof FIELDS)[number]) => ({
    value: fields[name],
    error: errors[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setFields((before) => ({ ...before, [name]: value }));
    },
  });
  return (
    <Paper withBorder p="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          update.mutate(fields);
        }}
      >
        <Stack>
          <TextInput label="Name" required maxLength={200} {...field('name')} />
          <TextInput label="Description" maxLength={1000} {...field('description')} />
          <Textarea
            label="Instructions"
            description="The system prompt of every conversation."
            autosize
            minRows={4}
            maxRows={16}
            maxLength={16_000}
            {...field('instructions')}
          />
          {update.error && !hasFieldErrors(update.error) && <Failure error={update.error} />}
          <Group>
            <Button type="submit" loading={update.isPending} disabled={!isChanged}>
              Save
            </Button>
            <Text size="sm" c="dimmed" component="output">
              {isChanged ? 'Unsaved changes' : update.isSuccess ? 'Saved' : ''}
            </Text>
          </Group>
        </Stack>
      </form>
      <UnsavedChanges when={isChanged} />
    </Paper>
  );
}
