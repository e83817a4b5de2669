import { describe, expect, it } from '@jest/globals';
import type { CallOutcome, CompletedDto } from './call.dto.js';
import { Base64Content } from './files/base64-content.js';
import { outcomeJson } from './outcome-json.js';
import { JsonBody } from './response/json-body.js';

const outcome = (body: unknown, files: CompletedDto['response']['files'] = []): CallOutcome => ({
  outcome: 'completed',
  call_id: 'call-1',
  response: { status: 200, content_type: null, headers: {}, body, truncated: false, files },
  notices: [],
});

describe('the outcome of a call', () => {
  it('contains a JSON body as it was written', () => {
    const json = outcomeJson(outcome(new JsonBody('{"id": 12345678901234567890, "n": 1.0}')));
    expect(json).toContain('"body":{"id": 12345678901234567890, "n": 1.0}');
    expect(JSON.parse(String(json))).toEqual(outcome({ id: Number('12345678901234567890'), n: 1 }));
  });

  it('is plain JSON if the body is text or there is none', () => {
    expect(outcomeJson(outcome('text'))).toBe(JSON.stringify(outcome('text')));
    const signIn = { outcome: 'sign_in_required', call_id: 'call-1', sign_in: {} } as CallOutcome;
    expect(outcomeJson(signIn)).toBe(JSON.stringify(signIn));
  });

  it('has the encoded contents of large files as parts, which are not copied', () => {
    const file = (content: string | Base64Content) => ({ name: '€ "1".pdf', mime_type: 'application/pdf', content });
    const large = Buffer.from('JVBERi0xLjcK');
    const parts = outcomeJson(outcome({ n: 1 }, [file(new Base64Content(large)), file('AAAA')]));
    expect(parts).toContain(large);
    const json = Buffer.concat(parts as Buffer[]).toString();
    expect(JSON.parse(json)).toEqual(outcome({ n: 1 }, [file('JVBERi0xLjcK'), file('AAAA')]));
  });
});
