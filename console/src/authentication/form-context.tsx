import type { InputWrapperProps } from '@mantine/core';
import { createContext, use, type ReactNode } from 'react';
import type { Schema } from '../api/types';
import type { Action } from '../queries/actions';
import type { Draft } from './draft';
import { FindingNote } from './finding-note';
import { LABELS } from './labels';

export type Finding = Schema<'FindingDto'>;

/** The state that the fields of the form share. */
export interface FormState {
  action: Action;
  draft: Draft;
  /** The schema as it is stored. */
  stored: Draft;
  set: (changes: Partial<Draft>) => void;
  /** Error messages by field. A message is removed when its field is changed. */
  errors: Record<string, string>;
  /** The findings of the last check about a field that has not been changed since. */
  findingsAt: (name: string) => Finding[];
}

const FormContext = createContext<FormState | undefined>(undefined);

export const FormProvider = FormContext;

export function useForm(): FormState {
  const form = use(FormContext);
  if (!form) throw new Error('useForm requires a FormProvider');
  return form;
}

type FieldProps = Pick<InputWrapperProps, 'label' | 'description' | 'error' | 'errorProps' | 'inputWrapperOrder'> & {
  'data-field': string;
};

/** The props of a field's input: its label, its error, and below it the help text and findings. */
export function useField(name: string, help?: ReactNode): FieldProps {
  const { errors, findingsAt } = useForm();
  const findings = findingsAt(name).filter(({ status }) => status !== 'ok');
  const description =
    help || findings.length > 0 ? (
      <>
        {help}
        {findings.map((finding) => (
          <FindingNote key={finding.code} finding={finding} />
        ))}
      </>
    ) : undefined;
  return {
    label: LABELS[name],
    description,
    error: errors[name],
    errorProps: { mb: 4 },
    inputWrapperOrder: ['label', 'input', 'error', 'description'],
    'data-field': name,
  };
}
