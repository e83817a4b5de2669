import { Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useId, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
import { messageOf } from '../api/problem';
import { useFormatDocument, type DocumentCheck } from '../queries/documents';
import { Failure } from '../ui/failure';
import { FindingList } from '../ui/finding-list';
import { CodeEditor, type CodeEditorHandle } from './code-editor';
import { findingsOf, summaryOf, type DocumentFinding } from './document-findings';
import { languageOf } from './language';
import { useDocumentCheck } from './use-document-check';

interface DocumentEditorProps {
  text: string;
  onChange: (text: string) => void;
  /** Called with the result of each check, and with undefined while a check is pending. */
  onCheck?: (check: DocumentCheck | undefined) => void;
  /** Buttons beside "Format" and "Convert". */
  children?: ReactNode;
}

/** An editor for OpenAPI documents, which are checked while they are edited. */
export default function DocumentEditor({ text, onChange, onCheck, children }: DocumentEditorProps) {
  const hintId = useId();
  const editor = useRef<CodeEditorHandle>(null);
  const { isEmpty, isChecking, check, error } = useDocumentCheck(text);
  const findings = useMemo(() => (check ? findingsOf(check) : []), [check]);
  const { format, isFormatting, formatError, clearFormatError } = useFormat(text, onChange);
  useEffect(() => {
    onCheck?.(isChecking ? undefined : check);
  }, [onCheck, isChecking, check]);
  const other = languageOf(text) === 'JSON' ? 'YAML' : 'JSON';
  const isDisabled = isEmpty || isFormatting;
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between">
        <Group gap="xs">{children}</Group>
        <Group gap="xs">
          <Button variant="default" size="compact-sm" onClick={() => format()} disabled={isDisabled}>
            Format
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => format(other === 'JSON' ? 'json' : 'yaml')}
            disabled={isDisabled}
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
          clearFormatError();
          onChange(next);
        }}
        findings={findings}
        ref={editor}
      />
      <Group justify="space-between" gap="xs" align="flex-start">
        <Text size="sm" component="output" flex={1} miw={220}>
          {formatError ??
            (isEmpty ? 'Paste an OpenAPI document in JSON or YAML.' : isChecking ? 'Checking…' : summaryOf(check))}
        </Text>
        <Text size="xs" c="dimmed" id={hintId}>
          Ctrl+F to search. Esc, then Tab to leave the editor.
        </Text>
      </Group>
      {error !== undefined && !isChecking && <Failure error={error} />}
      <Findings findings={findings} editor={editor} />
    </Stack>
  );
}

interface FindingsProps {
  findings: DocumentFinding[];
  editor: RefObject<CodeEditorHandle | null>;
}

function Findings({ findings, editor }: FindingsProps) {
  return (
    <FindingList
      label="Errors and warnings"
      findings={findings.map(({ severity, message, pointer, position }) => ({
        key: `${severity} ${pointer} ${message}`,
        severity,
        place: position ? `Line ${position.line}` : 'Document',
        goTo: position && (() => editor.current?.goTo(position)),
        content: (
          <>
            {message}
            {pointer !== '' && (
              <Text span c="dimmed" className="mono" display="block">
                {pointer}
              </Text>
            )}
          </>
        ),
      }))}
    />
  );
}

/** Formats or converts the text. The result is dropped if the text was edited meanwhile. */
function useFormat(text: string, onChange: (text: string) => void) {
  const latest = useRef(text);
  const [formatError, setFormatError] = useState<string>();
  const mutation = useFormatDocument();
  useEffect(() => {
    latest.current = text;
  }, [text]);
  const clearFormatError = () => setFormatError(undefined);
  const format = (to?: 'json' | 'yaml') =>
    mutation.mutate(
      { openapi: text, to },
      {
        onSuccess: ({ openapi }) => {
          if (latest.current !== text) return;
          clearFormatError();
          onChange(openapi);
        },
        onError: (error) => setFormatError(`Cannot be parsed yet: ${messageOf(error)}`),
      },
    );
  return { format, isFormatting: mutation.isPending, formatError, clearFormatError };
}
