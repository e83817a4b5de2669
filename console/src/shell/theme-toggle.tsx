import { Button, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';

const NEXT: Record<MantineColorScheme, MantineColorScheme> = { auto: 'light', light: 'dark', dark: 'auto' };
const LABELS: Record<MantineColorScheme, string> = { auto: 'system', light: 'light', dark: 'dark' };
const ICONS: Record<MantineColorScheme, string> = {
  // A disc, half filled; a sun; a moon.
  auto: 'M8 2a6 6 0 1 0 .01 0zM8 2v12a6 6 0 0 0 0-12z',
  light: 'M8 5a3 3 0 1 0 .01 0zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1',
  dark: 'M13 9.8A5.6 5.6 0 0 1 6.2 3a5.6 5.6 0 1 0 6.8 6.8z',
};

/** Cycles through the system's theme, light and dark. */
export function ThemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      onClick={() => setColorScheme(NEXT[colorScheme])}
      aria-label={`Theme: ${LABELS[colorScheme]}`}
      title={`Theme: ${LABELS[colorScheme]}`}
      leftSection={
        <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true">
          <path
            d={ICONS[colorScheme]}
            fill={colorScheme === 'auto' ? 'currentColor' : 'none'}
            fillRule="evenodd"
            stroke="currentColor"
            strokeWidth={1.5}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
      }
    >
      Theme
    </Button>
  );
}
