import { Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react';
import { messageOf } from '../api/problem';
import { Failure } from '../ui/failure';
import { CodeEditor, type CodeEditorHandle } from './code-editor';
import { useDocumentCheck, type DocumentCheck } from './document-check';
import { Findings, type Finding } from './findings';
import { converted, format, languageOf } from './format';
import { placesIn } from './locate';

interface DocumentEditorProps {
  text: string;
  onChange: (text: string) => void;
  /** Is told what the server makes of the text, and that it is not known yet. */
  onCheck?: (check: DocumentCheck | undefined) => void;
  /** Further buttons beside its own. */
  children?: ReactNode;
}

/** An OpenAPI document being written: checked as it goes, with what is wrong at its lines. */
export default function DocumentEditor({ text, onChange, onCheck, children }: DocumentEditorProps) {
  const hintId = useId();
  const editor = useRef<CodeEditorHandle>(null);
  const [mistake, setMistake] = useState<string>();
  const { isEmpty, isChecking, check, error, text: checkedText = '' } = useDocumentCheck(text);
  const findings = useMemo(() => (check ? findingsIn(checkedText, check) : []), [check, checkedText]);
  const diagnostics = useMemo(() => findings.flatMap(diagnosticOf), [findings]);

  useEffect(() => {
    onCheck?.(isChecking ? undefined : check);
  }, [onCheck, isChecking, check]);

  const write = (change: (text: string) => string) => {
    try {
      onChange(change(text));
      setMistake(undefined);
    } catch (failure) {
      setMistake(`It cannot be read yet: ${messageOf(failure).split('\n')[0]}`);
    }
  };
  const other = languageOf(text) === 'JSON' ? 'YAML' : 'JSON';
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between">
        <Group gap="xs">{children}</Group>
        <Group gap="xs">
          <Button variant="default" size="compact-sm" onClick={() => write(format)} disabled={isEmpty}>
            Format
          </Button>
          <Button variant="default" size="compact-sm" onClick={() => write(converted)} disabled={isEmpty}>
            Convert to {other}
          </Button>
        </Group>
      </Group>
      <CodeEditor
        label="OpenAPI document"
        describedBy={hintId}
        text={text}
        onChange={(next) => {
          setMistake(undefined);
          onChange(next);
        }}
        diagnostics={diagnostics}
        ref={editor}
      />
      <Group justify="space-between" gap="xs" align="flex-start">
        <Text size="sm" component="output" flex={1} miw={220}>
          {mistake ??
            (isEmpty ? 'Paste an OpenAPI document, JSON or YAML.' : isChecking ? 'Checking…' : verdict(check))}
        </Text>
        <Text size="xs" c="dimmed" id={hintId}>
          Ctrl F searches. Esc, then Tab, leaves the editor.
        </Text>
      </Group>
      {error !== undefined && !isChecking && <Failure error={error} />}
      <Findings findings={findings} goTo={(offset) => editor.current?.goTo(offset)} />
    </Stack>
  );
}

function findingsIn(text: string, { problems, warnings }: DocumentCheck): Finding[] {
  const placeOf = placesIn(text);
  const all = [
    ...problems.map((each) => ({ ...each, severity: 'error' as const })),
    ...warnings.map((each) => ({ ...each, severity: 'warning' as const })),
  ];
  const lineAt = linesOf(text);
  return all
    .map(({ severity, message, pointer }): Finding => {
      const place = placeOf({ pointer, message });
      return { severity, message, pointer, ...(place && { place: { ...place, line: lineAt(place.from) } }) };
    })
    .toSorted((a, b) => (a.place?.from ?? -1) - (b.place?.from ?? -1));
}

/** @returns the number of the line that an offset is in */
function linesOf(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    return after === -1 ? starts.length : after;
  };
}

function diagnosticOf({ severity, message, place }: Finding) {
  return place ? [{ from: place.from, to: place.to, severity, message }] : [];
}

function verdict(check: DocumentCheck | undefined): string {
  if (!check) return '';
  const { usable, title, domain, operations, problems, warnings } = check;
  if (!usable) return `It cannot be used yet: ${counted(problems.length, 'problem')}.`;
  const doubts = warnings.length > 0 ? `, ${counted(warnings.length, 'warning')}` : '';
  return `Ready: ${title} at ${domain}, ${counted(operations.length, 'operation')}${doubts}.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
