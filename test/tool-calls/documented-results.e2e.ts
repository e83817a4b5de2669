import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TestApp } from '../support/app.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';
import { VENDORS, type VendorName } from './vendor-calls.js';

const { components } = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));

/** The schema of each vendor's results in the API document. None of their properties may be undocumented. */
const SCHEMAS: Record<VendorName, string> = {
  openai: 'OpenAiResultDto',
  openai_responses: 'OpenAiResponsesResultDto',
  anthropic: 'AnthropicResultDto',
};

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS));
});

afterAll(() => Promise.all([app.stop(), api.stop()]));

/** Returns what is wrong with a result according to the API document. */
function problemsOf(vendor: VendorName, result: unknown): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const strict = JSON.parse(JSON.stringify(components), (_, value) =>
    value?.properties ? { ...value, additionalProperties: false } : value,
  );
  const validate = ajv.compile({ $ref: `#/components/schemas/${SCHEMAS[vendor]}`, components: strict });
  validate(result);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const RESPONSES = {
  'a text': { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Milk' },
  'an error': { status: 500, headers: { 'content-type': 'text/plain' }, body: 'Broken' },
  'an image': { status: 200, headers: { 'content-type': 'image/webp' }, body: Buffer.from('RIFF') },
  'a PDF': { status: 200, headers: { 'content-type': 'application/pdf' }, body: Buffer.from('%PDF-1.4') },
};

describe.each(Object.keys(VENDORS) as VendorName[])('the API document describes the result for %s', (vendor) => {
  it.each(Object.entries(RESPONSES))('of a call that responds with %s', async (_, response) => {
    api.respondWith(() => response);
    const tool_calls = VENDORS[vendor].calls({ id: '1', name: 'listNotes' });
    const { status, body } = await tenant.runtime.post(`${gpt.path}/tool_calls`, { tool_calls });
    expect([status, body.results.length]).toEqual([200, 1]);
    expect(problemsOf(vendor, body.results[0])).toEqual([]);
  });
});
