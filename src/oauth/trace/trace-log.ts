import type { Diagnosis } from './diagnosis.js';

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

/** A request as it was sent or received, secrets hidden. */
export interface TracedRequest {
  /** Method and URL, as in `POST https://auth.example.com/token`. */
  line: string;
  headers?: Record<string, string>;
  body?: string;
}

/** An answer as it was received, secrets hidden; or why there was none. */
export type TracedAnswer =
  { status: number; headers: Record<string, string>; body: string } | { failure: { code: string; message: string } };

/** One step of a sign-in or of a refresh. It holds no secret. */
export interface TraceStep {
  name: StepName;
  /** RFC 3339, in UTC. */
  at: string;
  sent?: TracedRequest;
  received?: TracedAnswer;
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
