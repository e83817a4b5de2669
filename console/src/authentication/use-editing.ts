import { useState } from 'react';
import { fieldMistakes } from '../api/problem';
import { fromStored, type Draft, type Stored } from './draft';
import type { Action, Finding, FormState } from './form-state';
import { inOrder, inWords } from './labels';
import { useCheck, useSave } from './use-authentication';
import { endsConnections, holdsMore, isSame, pairMistakes } from './schema-body';

/** The draft of an action's schema, and what has become of it. */
export function useEditing(action: Action) {
  const [stored, setStored] = useState(() => fromStored(action.auth));
  const [draft, setDraft] = useState(stored);
  const [refused, setRefused] = useState<{ draft: Draft; mistakes: Record<string, string> }>();
  const [checked, setChecked] = useState(draft);

  const write = useSave(action, draft, (auth: Stored) => {
    const now = fromStored(auth);
    setRefused(undefined);
    setStored(now);
    setDraft(now);
    setChecked(now);
  });
  /** @returns whether it is stored; if not, the mistakes are shown */
  const save = async (onRefused: (fields: string[]) => void): Promise<boolean> => {
    const refuse = (mistakes: Record<string, string>) => {
      setRefused({ draft, mistakes });
      onRefused(inOrder(Object.keys(mistakes)));
      return false;
    };
    const mine = pairMistakes(draft);
    if (Object.keys(mine).length > 0) return refuse(mine);
    try {
      await write.mutateAsync();
      return true;
    } catch (error) {
      const theirs = Object.entries(fieldMistakes(error));
      return refuse(Object.fromEntries(theirs.map(([name, message]) => [name, inWords(message)])));
    }
  };

  const isDirty = !isSame(draft, stored);
  const check = useCheck(action, async () => setChecked(draft));
  const isAsBefore = (before: Draft, name: string) =>
    JSON.stringify(before[name as keyof Draft]) === JSON.stringify(draft[name as keyof Draft]);
  const mistakes = Object.fromEntries(
    Object.entries(refused?.mistakes ?? {}).filter(([name]) => refused && isAsBefore(refused.draft, name)),
  );
  const form: FormState = {
    action,
    draft,
    stored,
    set: (changes) => setDraft((before) => ({ ...before, ...changes })),
    mistakes,
    findingsAt: (name): Finding[] =>
      check.data && isAsBefore(checked, name) ? check.data.findings.filter(({ field }) => field === name) : [],
  };
  return {
    form,
    save,
    check,
    isDirty,
    /** What has been typed would be lost, also where it belongs to another type than the one that is selected. */
    isUnsaved: isDirty || holdsMore(draft, stored),
    isSaving: write.isPending,
    /** A failure that is no field's. */
    failure: write.error && Object.keys(fieldMistakes(write.error)).length === 0 ? write.error : null,
    isEnding: endsConnections(stored, draft),
  };
}
