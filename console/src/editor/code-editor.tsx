import './code-editor.css';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, type Extension, type Text } from '@codemirror/state';
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import { nonce } from '../ui/nonce';
import { codeTheme } from './code-theme';
import type { Finding, Place } from './findings';
import { languageOf, type Language } from './language';

/** What a page may do with the editor besides giving it a text. */
export interface CodeEditorHandle {
  /** Puts the cursor there, where it can be seen, and the focus into the editor. */
  goTo(place: Place): void;
}

interface CodeEditorProps {
  label: string;
  describedBy: string;
  text: string;
  onChange: (text: string) => void;
  findings: readonly Finding[];
  ref: Ref<CodeEditorHandle>;
}

const LANGUAGES: Record<Language, () => Extension> = { JSON: json, YAML: yaml };

/**
 * A text with line numbers, search and undo. Tab indents; Escape and then Tab leaves it, as the editor's makers do it for those who have no
 * mouse.
 */
export function CodeEditor({ label, describedBy, text, onChange, findings, ref }: CodeEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const language = useRef(new Compartment());
  const known = useRef(text);
  const change = useRef(onChange);

  useEffect(() => {
    change.current = onChange;
  }, [onChange]);

  useEffect(() => {
    const created = new EditorView({
      parent: parent.current ?? undefined,
      state: EditorState.create({
        doc: known.current,
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': describedBy, tabindex: '0' }),
          language.current.of(LANGUAGES[languageOf(known.current)]()),
          extensions,
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((each) => each.annotation(given))) return;
            known.current = withBreaksOf(known.current, update.state.doc.toString());
            change.current(known.current);
          }),
        ],
      }),
    });
    view.current = created;
    return () => created.destroy();
  }, [label, describedBy]);

  useEffect(() => {
    const { current } = view;
    if (!current || text === known.current) return;
    known.current = text;
    const changes = { from: 0, to: current.state.doc.length, insert: text };
    current.dispatch({ changes, selection: { anchor: 0 }, annotations: given.of(true) });
  }, [text]);

  const name = languageOf(text);
  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(LANGUAGES[name]()) });
  }, [name]);

  useEffect(() => {
    const { current } = view;
    if (!current) return;
    const { doc } = current.state;
    const diagnostics = findings.flatMap(({ place, severity, message }) =>
      place ? [{ ...rangeOf(doc, place), severity, message }] : [],
    );
    current.dispatch(setDiagnostics(current.state, diagnostics));
  }, [findings]);

  useImperativeHandle(ref, () => ({
    goTo(place) {
      const { current } = view;
      if (!current) return;
      const anchor = rangeOf(current.state.doc, place).from;
      current.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      current.focus();
    },
  }));

  return <div className="code-editor" ref={parent} />;
}

const MOST_UNDERLINED = 200;

/** What is underlined of a place: its key, or what stands in its line. */
function rangeOf(doc: Text, { line, column }: Place): { from: number; to: number } {
  const { from: start, text, length } = doc.line(Math.min(line, doc.lines));
  const from = Math.min(column - 1, Math.max(length - 1, 0));
  const [found = ''] =
    /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s:,]+(?=:)|.*\S)?/.exec(text.slice(from, from + MOST_UNDERLINED)) ?? [];
  return { from: start + from, to: start + Math.min(from + (found.length || 1), length) };
}

/** Marks a text that comes from the page: it has it already, as it is. */
const given = Annotation.define<boolean>();

/** The editor knows one kind of line break; a text that came with the other is given back with it. */
function withBreaksOf(before: string, text: string): string {
  return before[before.indexOf('\n') - 1] === '\r' ? text.replaceAll('\n', '\r\n') : text;
}

const extensions: Extension = [
  lineNumbers(),
  lintGutter(),
  foldGutter(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  history(),
  indentOnInput(),
  bracketMatching(),
  search({ top: true }),
  highlightSelectionMatches(),
  codeTheme,
  EditorState.tabSize.of(2),
  keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap, indentWithTab]),
];
