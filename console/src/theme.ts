import {
  createTheme,
  Drawer,
  Modal,
  Notification,
  Table,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

const ink: MantineColorsTuple = [
  '#eef2ff',
  '#dbe3fe',
  '#b8c6fb',
  '#8fa4f5',
  '#6a84ee',
  '#4c69e2',
  '#3654d6',
  '#2b4acb',
  '#223ba6',
  '#1a2e83',
];

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 5 },
  colors: { ink },
  autoContrast: true,
  luminanceThreshold: 0.34,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '650' },
  components: {
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Table: Table.extend({ defaultProps: { highlightOnHoverColor: 'var(--console-hover)' } }),
  },
});

/** Colours of dimmed text, links and states: a contrast of at least 4.5:1 on every surface, hovered rows included (WCAG 2.2, 1.4.3). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#56606f',
    '--mantine-color-placeholder': '#687282',
    '--mantine-color-error': '#b3261e',
    '--console-paper': '#f5f6f9',
    '--console-line': '#e1e5ec',
    '--console-hover': '#f1f3f5',
    '--console-warning': '#6f4400',
    '--console-error': '#9b1c15',
    '--console-success': '#14602f',
  },
  dark: {
    '--mantine-color-anchor': 'var(--mantine-color-ink-3)',
    '--mantine-color-dimmed': '#a8b0bd',
    '--mantine-color-placeholder': '#98a1b0',
    '--mantine-color-error': '#ff9d94',
    '--console-paper': '#15171c',
    '--console-line': '#343944',
    '--console-hover': '#2b2e35',
    '--console-warning': '#ffcf70',
    '--console-error': '#ffb4ad',
    '--console-success': '#8fe0a8',
  },
});
