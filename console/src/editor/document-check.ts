import { useEffect, useState } from 'react';
import { api, type Schema } from '../api/api';

export type DocumentCheck = Schema<'DocumentCheckDto'>;

interface Checked {
  text: string;
  check?: DocumentCheck;
  error?: unknown;
}

/** Long enough for a word to be typed. */
const PAUSE_MS = 400;

/** What the server makes of a document while it is written; of the text before, as long as that is not known. */
export function useDocumentCheck(text: string) {
  const [checked, setChecked] = useState<Checked>();
  const isEmpty = text.trim() === '';
  useEffect(() => {
    if (isEmpty) return;
    const controller = new AbortController();
    const ask = async () => {
      try {
        setChecked({ text, check: await api.post('/v1/openapi/check', { openapi: text }, controller.signal) });
      } catch (error) {
        if (!controller.signal.aborted) setChecked({ text, error });
      }
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, isEmpty]);
  return { isEmpty, isChecking: !isEmpty && checked?.text !== text, ...(isEmpty ? undefined : checked) };
}
