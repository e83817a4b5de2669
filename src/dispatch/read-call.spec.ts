import { describe, expect, it } from '@jest/globals';
import { ExactNumber } from '@countersign/openapi';
import * as fc from 'fast-check';
import { InvalidRequestError, validateInput } from '../common/index.js';
import { CallDto } from './call.dto.js';
import { readCall } from './read-call.js';

const NAMES =
  'user conversation_id return_url operation_id action_id confirmation arguments show_request unknown constructor toString'.split(
    ' ',
  );

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.constantFrom(...[40, 41, 255, 256, 2000, 2001].map((length) => 'x'.repeat(length)), 'a\0', 'é', '\ud83d', 'a\n'),
);
const value = fc.oneof(
  text,
  fc.constantFrom(null, undefined, true, false, 1, [], {}, { a: 1 }, new ExactNumber('9007199254740993')),
);
const bodies = fc.oneof(
  fc.dictionary(fc.constantFrom(...NAMES), value),
  fc.record({ operation_id: text, user: text, arguments: value }, { requiredKeys: ['operation_id'] }),
  fc.constantFrom(null, undefined, [], 'text', 1),
);

/** Returns a call, or the errors of an invalid one. */
function resultOf(read: () => CallDto): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.errors;
    throw error;
  }
}

describe('readCall', () => {
  it('accepts and rejects what the decorators of CallDto do', () => {
    let accepted = 0;
    fc.assert(
      fc.property(bodies, (body) => {
        const result = resultOf(() => readCall(body));
        expect(result).toEqual(resultOf(() => validateInput(CallDto, body)));
        if (result instanceof CallDto) accepted += 1;
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
