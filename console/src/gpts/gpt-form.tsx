import { Button, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api';
import { fieldMistakes } from '../api/problem';
import { Failure } from '../ui/failure';
import { Unsaved } from '../ui/unsaved';
import { gptKey, type Gpt } from './gpt-queries';

const FIELDS = ['name', 'description', 'instructions'] as const;

/** What a GPT is called and told. */
export function GptForm({ gpt }: { gpt: Gpt }) {
  const queries = useQueryClient();
  const [fields, setFields] = useState({
    name: gpt.name,
    description: gpt.description,
    instructions: gpt.instructions,
  });
  const save = useMutation({
    mutationFn: () => api.patch<Gpt>(`/v1/gpts/${gpt.id}`, fields),
    onSuccess: async (saved) => {
      queries.setQueryData([...gptKey(gpt.id), 'itself'], saved);
      await queries.invalidateQueries({ queryKey: ['gpts'] });
    },
  });
  const isChanged = FIELDS.some((name) => fields[name] !== gpt[name]);
  const mistakes = fieldMistakes(save.error);
  const field = (name: (typeof FIELDS)[number]) => ({
    value: fields[name],
    error: mistakes[name],
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
          save.mutate();
        }}
      >
        <Stack>
          <TextInput label="Name" required maxLength={200} {...field('name')} />
          <TextInput label="Description" maxLength={1000} {...field('description')} />
          <Textarea
            label="Instructions"
            description="What the model is told before every conversation."
            autosize
            minRows={4}
            maxRows={16}
            maxLength={16_000}
            {...field('instructions')}
          />
          {save.error && Object.keys(mistakes).length === 0 && <Failure error={save.error} />}
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!isChanged}>
              Save
            </Button>
            <Text size="sm" c="dimmed" component="output">
              {isChanged ? 'Not saved yet' : save.isSuccess ? 'Saved' : ''}
            </Text>
          </Group>
        </Stack>
      </form>
      <Unsaved when={isChanged} />
    </Paper>
  );
}
