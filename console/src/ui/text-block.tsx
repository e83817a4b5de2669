import { Stack, Text } from '@mantine/core';
import styles from './text-block.module.css';

interface TextBlockProps {
  label: string;
  text: string;
  isLabelHidden?: boolean;
}

/** Preformatted text. If it is long, it scrolls within its frame, also by keyboard. */
export function TextBlock({ label, text, isLabelHidden }: TextBlockProps) {
  return (
    <Stack gap={4}>
      {!isLabelHidden && (
        <Text size="xs" fw={600} c="dimmed" aria-hidden>
          {label}
        </Text>
      )}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-tabindex -- a scroll container must be reachable by keyboard (WCAG 2.1.1) */}
      <pre className={styles.block} tabIndex={0} role="group" aria-label={label}>
        {text}
      </pre>
    </Stack>
  );
}

/** Indented JSON. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}
