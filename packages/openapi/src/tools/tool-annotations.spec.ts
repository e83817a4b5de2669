import { describe, expect, it } from '@jest/globals';
import { type JsonObject } from '../document/json.js';
import { toolAnnotations } from './tool-annotations.js';

/** Operations without `x-openai-isConsequential`, and with each of its values. */
const undeclared = (method: string) => ({ method, isConsequential: method !== 'GET', canAlwaysAllow: true });
const declared = (method: string, isConsequential: boolean) => ({
  method,
  isConsequential,
  canAlwaysAllow: !isConsequential,
});

const READ_ONLY = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
const ONCE = { readOnlyHint: false, destructiveHint: true, idempotentHint: true };
const EVERY_TIME = { readOnlyHint: false, destructiveHint: true, idempotentHint: false };
const HARMLESS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false };

describe('tool annotations', () => {
  it.each<[string, Parameters<typeof toolAnnotations>[0], JsonObject]>([
    ['GET', undeclared('GET'), READ_ONLY],
    ['HEAD', undeclared('HEAD'), READ_ONLY],
    ['OPTIONS', undeclared('OPTIONS'), READ_ONLY],
    ['PUT', undeclared('PUT'), ONCE],
    ['DELETE', undeclared('DELETE'), ONCE],
    ['PATCH', undeclared('PATCH'), EVERY_TIME],
    ['POST', undeclared('POST'), EVERY_TIME],
    ['a GET that is declared consequential', declared('GET', true), EVERY_TIME],
    ['a GET that is declared inconsequential', declared('GET', false), READ_ONLY],
    ['a POST that is declared inconsequential', declared('POST', false), HARMLESS],
    ['a POST that is declared consequential', declared('POST', true), EVERY_TIME],
    ['a DELETE that is declared inconsequential', declared('DELETE', false), ONCE],
  ])('follow the HTTP semantics of %s', (_, operation, hints) => {
    expect(toolAnnotations(operation)).toEqual({ ...hints, openWorldHint: true });
  });
});
