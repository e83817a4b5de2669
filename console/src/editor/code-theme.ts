import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The editor's theme. Its colours are defined in code-editor.css, for light and dark. */
export const codeTheme = [
  EditorView.theme({
    '&': { backgroundColor: 'var(--mantine-color-body)', color: 'var(--mantine-color-text)', fontSize: '13px' },
    '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '-1px' },
    '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
    '.cm-content': { caretColor: 'var(--mantine-color-text)' },
    '.cm-gutters': {
      backgroundColor: 'var(--console-paper)',
      color: 'var(--mantine-color-dimmed)',
      borderRight: '1px solid var(--console-line)',
    },
    '.cm-activeLine': { backgroundColor: 'var(--code-line)' },
    '.cm-activeLineGutter': { backgroundColor: 'var(--code-line)' },
    '.cm-searchMatch': { backgroundColor: 'var(--code-match)', outline: '1px solid var(--console-warning)' },
    '.cm-panels, .cm-tooltip': {
      backgroundColor: 'var(--console-paper)',
      color: 'var(--mantine-color-text)',
      borderColor: 'var(--console-line)',
    },
    '.cm-textfield, .cm-button': {
      backgroundColor: 'var(--mantine-color-body)',
      backgroundImage: 'none',
      color: 'var(--mantine-color-text)',
      border: '1px solid var(--console-line)',
      borderRadius: '4px',
    },
    '.cm-panel.cm-search [name=close]': { color: 'var(--mantine-color-text)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
      { tag: [tags.string, tags.content], color: 'var(--code-string)' },
      { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--code-value)' },
      { tag: [tags.comment, tags.meta], color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
      { tag: tags.invalid, color: 'var(--mantine-color-error)' },
    ]),
  ),
];
