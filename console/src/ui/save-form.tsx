import { Button, Group, Paper, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, type ReactNode } from 'react';
import { UnsavedChanges } from '../navigation/unsaved-changes';
import { Failure } from './failure';

interface SaveFormProps {
  form: {
    /** Saves the changes. */
    save: (onSaved: () => void) => void;
    reset: () => void;
    isChanged: boolean;
    isSaving: boolean;
    error: Error | null;
    /** The errors of fields that the form shows. */
    errors: Record<string, string>;
  };
  /** Announced after the changes have been saved. */
  savedMessage: string;
  children: ReactNode;
}

/** A form of settings, with a bar to save or discard its changes. */
export function SaveForm({ form, savedMessage, children }: SaveFormProps) {
  const { error, errors, isChanged, isSaving, reset, save } = form;
  useEffect(() => {
    // Screen readers announce the first invalid field.
    if (error) document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
  }, [error]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(() => notifications.show({ message: savedMessage }));
      }}
      noValidate
      style={{ maxWidth: 720 }}
    >
      {children}
      {error && Object.keys(errors).length === 0 && <Failure error={error} />}
      <Paper withBorder p="sm" mt="md" pos="sticky" bottom={8} shadow="sm">
        <Group justify="space-between">
          <Text size="sm" c="dimmed" component="output">
            {isChanged ? 'Unsaved changes' : 'All changes saved'}
          </Text>
          <Group gap="sm">
            <Button variant="default" onClick={reset} disabled={!isChanged}>
              Discard
            </Button>
            <Button type="submit" loading={isSaving} disabled={!isChanged}>
              Save
            </Button>
          </Group>
        </Group>
      </Paper>
      <UnsavedChanges when={isChanged} />
    </form>
  );
}
