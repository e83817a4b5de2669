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
import type { DocumentFinding, Position } from './document-findings';
import { languageOf, type Language } from './language';

/** The editor's imperative handle. */
export interface CodeEditorHandle {
  /** Focuses the editor, and moves the cursor into view at the position. */
  goTo(position: Position): void;
}

interface CodeEditorProps {
  label: string;
  describedBy: string;
  text: string;
  onChange: (text: string) => void;
  findings: readonly DocumentFinding[];
  ref: Ref<CodeEditorHandle>;
}

const LANGUAGES: Record<Language, () => Extension> = { JSON: json, YAML: yaml };

/** A text editor with line numbers, search and undo. Tab indents; Escape, then Tab leaves the editor (CodeMirror's convention). */
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
            if (!update.docChanged || update.transactions.some((each) => each.annotation(fromProps))) return;
            known.current = withLineBreaksOf(known.current, update.state.doc.toString());
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
    current.dispatch({ changes, selection: { anchor: 0 }, annotations: fromProps.of(true) });
  }, [text]);

  const name = languageOf(text);
  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(LANGUAGES[name]()) });
  }, [name]);

  useEffect(() => {
    const { current } = view;
    if (!current) return;
    const { doc } = current.state;
    const diagnostics = findings.flatMap(({ position, severity, message }) =>
      position ? [{ ...rangeOf(doc, position), severity, message }] : [],
    );
    current.dispatch(setDiagnostics(current.state, diagnostics));
  }, [findings]);

  useImperativeHandle(ref, () => ({
    goTo(position) {
      const { current } = view;
      if (!current) return;
      const anchor = rangeOf(current.state.doc, position).from;
      current.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      current.focus();
    },
  }));

  return <div className="code-editor" ref={parent} />;
}

const MAX_UNDERLINED = 200;

/** The underlined range at a position: a key, or the rest of the line. */
function rangeOf(doc: Text, { line, column }: Position): { from: number; to: number } {
  const { from: start, text, length } = doc.line(Math.min(line, doc.lines));
  const from = Math.min(column - 1, Math.max(length - 1, 0));
  const [found = ''] =
    /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s:,]+(?=:)|.*\S)?/.exec(text.slice(from, from + MAX_UNDERLINED)) ?? [];
  return { from: start + from, to: start + Math.min(from + (found.length || 1), length) };
}

/** Marks transactions that apply a new `text` prop, so that they are not reported back. */
const fromProps = Annotation.define<boolean>();

/** CodeMirror uses LF only. Restores CRLF if the text had it. */
function withLineBreaksOf(before: string, text: string): string {
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
