import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';
import { VENDORS, type VendorName } from './vendor-calls.js';

/** A PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

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

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

async function resultFor(vendor: VendorName, contentType: string, body: Buffer, more: object = {}) {
  api.respondWith(() => ({ headers: { 'content-type': contentType }, body }));
  const tool_calls = VENDORS[vendor].calls({ id: '1', name: 'listNotes' });
  const { status, text = '' } = await tenant.runtime.post(`${gpt.path}/tool_calls`, { tool_calls, ...more });
  expect(status).toBe(200);
  return JSON.parse(text).results[0];
}

const image = Buffer.from(PIXEL, 'base64');

describe('a file in the result of a tool call', () => {
  it('is named for Chat Completions, which takes only text', async () => {
    expect((await resultFor('openai', 'image/png', image)).content).toMatch(
      /^The API returned a file\.\n\nThe file \S+\.png \(image\/png, 70 bytes\) cannot be shown here\.$/,
    );
  });

  it('is an image or a file for Responses', async () => {
    expect((await resultFor('openai_responses', 'image/png', image)).output).toEqual([
      { type: 'input_text', text: 'The API returned a file.' },
      { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}`, detail: 'auto' },
    ]);
    const pdf = Buffer.from('%PDF-1.4');
    expect((await resultFor('openai_responses', 'application/pdf', pdf)).output).toContainEqual({
      type: 'input_file',
      filename: expect.stringMatching(/\.pdf$/),
      file_data: `data:application/pdf;base64,${pdf.toString('base64')}`,
    });
  });

  it('is an image or a document for Anthropic, and others are named', async () => {
    expect((await resultFor('anthropic', 'image/png', image)).content).toEqual([
      { type: 'text', text: 'The API returned a file.' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
    ]);
    const { content } = await resultFor('anthropic', 'application/zip', Buffer.from('PK'));
    expect(content).toMatch(/\(application\/zip, 2 bytes\) cannot be shown here/);
  });

  it('of some megabytes is the same in a repeated request', async () => {
    const large = Buffer.concat([image, Buffer.alloc(3_000_000, 7)]);
    const first = await resultFor('anthropic', 'image/png', large, { response_id: 'msg_large' });
    expect(Buffer.from(first.content[1].source.data, 'base64').equals(large)).toBe(true);
    api.requests.length = 0;
    expect(await resultFor('anthropic', 'image/png', large, { response_id: 'msg_large' })).toEqual(first);
    expect(api.requests).toHaveLength(0);
  });
});
