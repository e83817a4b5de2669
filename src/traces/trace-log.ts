import type { RedactedRequest, RedactedResponse } from '../redaction/index.js';
import type { Diagnosis } from './diagnosis.js';

/** Kinds of steps. */
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

/** One step of a sign-in or of a refresh. It contains no secrets. */
export interface TraceStep {
  name: StepName;
  /** RFC 3339, in UTC. */
  at: string;
  sent?: RedactedRequest;
  received?: RedactedResponse | RequestFailure;
  duration_ms?: number;
  /** Decision of Countersign, in plain words. */
  decision?: string;
  diagnosis?: Diagnosis;
}

/** Collects steps that are stored together. */
export class TraceLog {
  readonly steps: TraceStep[] = [];

  add(...steps: TraceStep[]): void {
    this.steps.push(...steps);
  }
}
