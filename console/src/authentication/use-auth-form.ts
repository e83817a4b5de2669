import { useState } from 'react';
import { fieldErrors, hasFieldErrors } from '../api/problem';
import { useCheckAuth, useSaveAuth, type Action, type StoredAuth } from '../queries/actions';
import { fromStored, type Draft } from './draft';
import type { Finding, FormState } from './form-context';
import { inFormOrder, inFormWords } from './labels';
import { endsConnections, hasMoreThan, isSame, pairErrors, toBody } from './schema-body';

/** The state of the authentication form: the draft, its errors, and the last check. */
export function useAuthForm(action: Action) {
  const [stored, setStored] = useState(() => fromStored(action.auth));
  const [draft, setDraft] = useState(stored);
  const [rejected, setRejected] = useState<{ draft: Draft; errors: Record<string, string> }>();
  const saveAuth = useSaveAuth(action);
  const checkAuth = useCheckAuth(action);

  const accept = (auth: StoredAuth) => {
    const saved = fromStored(auth);
    setRejected(undefined);
    setStored(saved);
    setDraft(saved);
  };
  /** @returns whether the schema was saved; if not, `onRejected` gets the invalid fields in the order of the form */
  const save = async (onRejected: (fields: string[]) => void): Promise<boolean> => {
    const reject = (errors: Record<string, string>) => {
      setRejected({ draft, errors });
      onRejected(inFormOrder(Object.keys(errors)));
      return false;
    };
    const ownErrors = pairErrors(draft);
    if (Object.keys(ownErrors).length > 0) return reject(ownErrors);
    try {
      accept(await saveAuth.mutateAsync(toBody(draft, action.suggested_auth)));
      return true;
    } catch (error) {
      const errors = Object.entries(fieldErrors(error));
      return reject(Object.fromEntries(errors.map(([name, message]) => [name, inFormWords(message)])));
    }
  };
  const check = (onChecked: (findings: Finding[]) => void) =>
    checkAuth.mutate(undefined, { onSuccess: ({ findings }) => onChecked(findings) });

  const isUnchanged = (before: Draft, name: string) =>
    JSON.stringify(before[name as keyof Draft]) === JSON.stringify(draft[name as keyof Draft]);
  const errors = Object.fromEntries(
    Object.entries(rejected?.errors ?? {}).filter(([name]) => rejected && isUnchanged(rejected.draft, name)),
  );
  const form: FormState = {
    action,
    draft,
    stored,
    set: (changes) => setDraft((before) => ({ ...before, ...changes })),
    errors,
    // A check is about the stored schema.
    findingsAt: (name) =>
      checkAuth.data && isUnchanged(stored, name) ? checkAuth.data.findings.filter(({ field }) => field === name) : [],
  };
  const isDirty = !isSame(draft, stored);
  return {
    form,
    save,
    isSaving: saveAuth.isPending,
    /** An error that belongs to no field. */
    saveError: saveAuth.error && !hasFieldErrors(saveAuth.error) ? saveAuth.error : null,
    check,
    checkResult: checkAuth.data,
    checkError: checkAuth.error,
    isChecking: checkAuth.isPending,
    isDirty,
    /** Whether typed values would be lost, including those of a type that is not selected. */
    isUnsaved: isDirty || hasMoreThan(draft, stored),
    endsConnections: endsConnections(stored, draft),
  };
}

export type AuthForm = ReturnType<typeof useAuthForm>;
