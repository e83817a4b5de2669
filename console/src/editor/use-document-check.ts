import { useEffect, useState } from 'react';
import { checkDocument, type DocumentCheck } from '../queries/documents';

interface Checked {
  text: string;
  check?: DocumentCheck;
  error?: unknown;
}

const DEBOUNCE_MS = 400;

/** Checks a document while it is edited. Until a new result arrives, the result of the previous text is returned. */
export function useDocumentCheck(text: string) {
  const [checked, setChecked] = useState<Checked>();
  const isEmpty = text.trim() === '';
  useEffect(() => {
    if (isEmpty) return;
    const controller = new AbortController();
    const check = async () => {
      try {
        setChecked({ text, check: await checkDocument(text, controller.signal) });
      } catch (error) {
        if (!controller.signal.aborted) setChecked({ text, error });
      }
    };
    const timer = setTimeout(() => void check(), DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, isEmpty]);
  return { isEmpty, isChecking: !isEmpty && checked?.text !== text, ...(isEmpty ? undefined : checked) };
}
