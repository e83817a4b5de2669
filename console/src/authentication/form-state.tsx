import type { InputWrapperProps } from '@mantine/core';
import { createContext, use, type ReactNode } from 'react';
import type { Schema } from '../api/api';
import type { Draft } from './draft';
import { FindingNote } from './finding-note';
import { LABELS } from './labels';

export type Action = Schema<'ActionDto'>;
export type Finding = Schema<'FindingDto'>;

/** What the form's parts share. */
export interface FormState {
  action: Action;
  draft: Draft;
  /** As it was read last. */
  stored: Draft;
  set: (changes: Partial<Draft>) => void;
  /** By the field that each is in, until that field is changed. */
  mistakes: Record<string, string>;
  /** What the last check has found out about a field that has not been changed since. */
  findingsAt: (name: string) => Finding[];
}

const Context = createContext<FormState | undefined>(undefined);

export const FormProvider = Context;

export function useForm(): FormState {
  const form = use(Context);
  if (!form) throw new Error('there is no authentication form around this');
  return form;
}

type FieldProps = Pick<InputWrapperProps, 'label' | 'description' | 'error' | 'errorProps' | 'inputWrapperOrder'> & {
  'data-field': string;
};

/** What every field has: its label, its mistake, and below it what is to know and what a check has found. */
export function useField(name: string, help?: ReactNode): FieldProps {
  const { mistakes, findingsAt } = useForm();
  const notes = findingsAt(name).filter(({ status }) => status !== 'ok');
  const description =
    help || notes.length > 0 ? (
      <>
        {help}
        {notes.map((finding) => (
          <FindingNote key={finding.code} finding={finding} />
        ))}
      </>
    ) : undefined;
  return {
    label: LABELS[name],
    description,
    error: mistakes[name],
    errorProps: { mb: 4 },
    inputWrapperOrder: ['label', 'input', 'error', 'description'],
    'data-field': name,
  };
}
