import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react';
import { api, type Schema } from '../api/api';
import { messageOf } from '../api/problem';
import { Failure } from '../ui/failure';
import { CodeEditor, type CodeEditorHandle } from './code-editor';
import { useDocumentCheck, type DocumentCheck } from './document-check';
import { Findings, type Finding } from './findings';
import { languageOf } from './language';

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
  const { isEmpty, isChecking, check, error } = useDocumentCheck(text);
  const findings = useMemo(() => (check ? findingsOf(check) : []), [check]);
  const latest = useRef(text);

  useEffect(() => {
    latest.current = text;
  }, [text]);

  useEffect(() => {
    onCheck?.(isChecking ? undefined : check);
  }, [onCheck, isChecking, check]);

  const write = useMutation({
    mutationFn: (asked: { openapi: string; to?: 'json' | 'yaml' }) =>
      api.post<Schema<'FormattedDocumentDto'>>('/v1/openapi/format', asked),
    onSuccess: ({ openapi }, asked) => {
      // What has been written meanwhile is not lost to what was there before.
      if (latest.current !== asked.openapi) return;
      setMistake(undefined);
      onChange(openapi);
    },
    onError: (failure) => setMistake(`It cannot be read yet: ${messageOf(failure)}`),
  });
  const other = languageOf(text) === 'JSON' ? 'YAML' : 'JSON';
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between">
        <Group gap="xs">{children}</Group>
        <Group gap="xs">
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => write.mutate({ openapi: text })}
            disabled={isEmpty || write.isPending}
          >
            Format
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => write.mutate({ openapi: text, to: other === 'JSON' ? 'json' : 'yaml' })}
            disabled={isEmpty || write.isPending}
          >
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
        findings={findings}
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
      <Findings findings={findings} goTo={(place) => editor.current?.goTo(place)} />
    </Stack>
  );
}

/** In the order of the text; first what is about the whole of it, which the server says is at its beginning. */
function findingsOf({ problems, warnings }: DocumentCheck): Finding[] {
  const all = [
    ...problems.map((each) => ({ ...each, severity: 'error' as const })),
    ...warnings.map((each) => ({ ...each, severity: 'warning' as const })),
  ];
  return all
    .map(({ severity, message, pointer, line = 1, column = 1 }): Finding => {
      const isOfAll = pointer === '' && line === 1 && column === 1;
      return { severity, message, pointer, ...(!isOfAll && { place: { line, column } }) };
    })
    .toSorted(({ place: a }, { place: b }) => (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0));
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
