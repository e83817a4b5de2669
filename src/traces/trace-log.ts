import type { RedactedRequest, RedactedResponse } from '../redaction/index.js';
import type { Diagnosis } from './diagnoses/diagnosis.js';

/** What a step was about. */
export type StepName =
  | 'offered'
  | 'opened'
  | 'authorization_request'
  | 'callback'
  | 'token_request'
  | 'refresh_request'
  | 'key_check'
  | 'verification'
  | 'outcome';

/** The reason why a request got no response. */
export interface RequestFailure {
  failure: { code: string; message: string };
}

/** One step of a sign-in or of a refresh. It holds no secret. */
export interface TraceStep {
  name: StepName;
  /** RFC 3339, in UTC. */
  at: string;
  sent?: RedactedRequest;
  received?: RedactedResponse | RequestFailure;
  duration_ms?: number;
  /** What was made of it, in plain words. */
  decision?: string;
  diagnosis?: Diagnosis;
}

/** Collects steps until they are stored together. */
export class TraceLog {
  readonly steps: TraceStep[] = [];

  add(...steps: TraceStep[]): void {
    this.steps.push(...steps);
  }
}
