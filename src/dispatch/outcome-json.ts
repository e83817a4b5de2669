import type { CallOutcome } from './call.dto.js';
import { JsonBody } from './response/json-body.js';

/** Writes the outcome of a call as JSON, with a JSON body as the upstream wrote it. */
export function outcomeJson(outcome: CallOutcome): string {
  if (outcome.outcome !== 'completed') return JSON.stringify(outcome);
  const { response, ...rest } = outcome;
  const { body, ...ofResponse } = response;
  if (!(body instanceof JsonBody)) return JSON.stringify(outcome);
  return `${openObject(rest)},"response":${openObject(ofResponse)},"body":${body.text}}}`;
}

/** Writes an object without its closing brace, for further members. */
function openObject(members: object): string {
  return JSON.stringify(members).slice(0, -1);
}
