/** A mistake that was recognized: what is wrong, in plain words, and what to change. */
export interface Diagnosis {
  code: string;
  text: string;
}
