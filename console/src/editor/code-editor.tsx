import './code-editor.css';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import { nonce } from '../ui/nonce';
import { codeTheme } from './code-theme';
import { languageOf, type Language } from './format';

/** What a page may do with the editor besides giving it a text. */
export interface CodeEditorHandle {
  /** Puts the cursor there, where it can be seen, and the focus into the editor. */
  goTo(offset: number): void;
}

interface CodeEditorProps {
  label: string;
  describedBy: string;
  text: string;
  onChange: (text: string) => void;
  diagnostics: readonly Diagnostic[];
  ref: Ref<CodeEditorHandle>;
}

const LANGUAGES: Record<Language, () => Extension> = { JSON: json, YAML: yaml };

/**
 * A text with line numbers, search and undo. Tab indents; Escape and then Tab leaves it, as the editor's makers do it for those who have no
 * mouse.
 */
export function CodeEditor({ label, describedBy, text, onChange, diagnostics, ref }: CodeEditorProps) {
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
    const { length } = current.state.doc;
    const within = diagnostics.filter(({ to }) => to <= length);
    current.dispatch(setDiagnostics(current.state, within));
  }, [diagnostics]);

  useImperativeHandle(ref, () => ({
    goTo(offset) {
      const { current } = view;
      if (!current) return;
      const anchor = Math.min(offset, current.state.doc.length);
      current.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      current.focus();
    },
  }));

  return <div className="code-editor" ref={parent} />;
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
