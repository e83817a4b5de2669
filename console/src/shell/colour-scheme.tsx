import { Button, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';

const NEXT: Record<MantineColorScheme, MantineColorScheme> = { auto: 'light', light: 'dark', dark: 'auto' };
const LABELS: Record<MantineColorScheme, string> = { auto: 'System', light: 'Light', dark: 'Dark' };

/** Goes from the system's colours to light ones, to dark ones, and back. */
export function ColourScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const label = LABELS[colorScheme];
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      onClick={() => setColorScheme(NEXT[colorScheme])}
      aria-label={`Colours: ${label}. Change`}
    >
      {label}
    </Button>
  );
}
