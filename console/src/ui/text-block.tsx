import { Stack, Text } from '@mantine/core';
import styles from './text-block.module.css';

/** Text as it is, of a fixed width; what is long scrolls within, also by keyboard. */
export function TextBlock({ label, text, isLabelHidden }: { label: string; text: string; isLabelHidden?: boolean }) {
  return (
    <Stack gap={4}>
      {!isLabelHidden && (
        <Text size="xs" fw={600} c="dimmed" aria-hidden>
          {label}
        </Text>
      )}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard (WCAG 2.1.1) */}
      <pre className={styles.block} tabIndex={0} role="group" aria-label={label}>
        {text}
      </pre>
    </Stack>
  );
}

/** As people read it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'nothing';
}
