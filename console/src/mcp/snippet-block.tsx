import { Group, Stack, Text } from '@mantine/core';
import { CopyButton } from '../ui/copy-button';
import { TextBlock } from '../ui/text-block';
import type { Snippet } from './client-settings';

/** A text to be pasted elsewhere, with a button that copies it. */
export function SnippetBlock({ label, text }: Pick<Snippet, 'label' | 'text'>) {
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={600} className="mono">
          {label}
        </Text>
        <CopyButton text={text} name={label} size="compact-sm" />
      </Group>
      <TextBlock label={label} text={text} isLabelHidden />
    </Stack>
  );
}
