import { describe, expect, it } from '@jest/globals';
import { JSON_TYPE, outcomeOf, PAGE, PNG, read } from '../../../../test/support/upstream-responses.js';

describe('JSON that is too long', () => {
  it('is cut at the elements of its arrays, and keeps what follows them', async () => {
    const { response, notices } = await outcomeOf(JSON.stringify(PAGE), { type: JSON_TYPE });
    const { items, next } = response.body as typeof PAGE;
    expect([response.truncated, next]).toEqual([true, 'page-2']);
    expect(items).toEqual(PAGE.items.slice(0, items.length));
    expect(notices).toEqual([
      { pointer: '/response/body/items', message: `shows the first ${items.length} of 60 items` },
    ]);
    expect(JSON.stringify(response.body).length).toBeGreaterThan(900);
    expect(JSON.stringify(response.body).length).toBeLessThanOrEqual(1000);
  });

  it('has a notice that names the arguments that page through the items', async () => {
    const paged = { type: JSON_TYPE, parameters: ['q', 'per_page', 'page[cursor]'] };
    const [notice] = (await outcomeOf(JSON.stringify(PAGE), paged)).notices;
    expect(notice?.message).toMatch(
      /^shows the first \d+ of 60 items; get the next items with `page\[cursor\]`, or ask for fewer items with `per_page`$/,
    );
  });

  it('is complete if only its white space is too long', async () => {
    const body = `[1,${' '.repeat(1000)}2]`;
    expect(await outcomeOf(body, { type: JSON_TYPE })).toMatchObject({
      response: { body: [1, 2], truncated: false },
      notices: [],
    });
  });

  it('is complete if it just fits', async () => {
    expect(await read('[1,2]', { type: JSON_TYPE, max: 5 })).toMatchObject({ body: [1, 2], truncated: false });
  });

  it('remains JSON if it was truncated by the egress', async () => {
    const whole = JSON.stringify(PAGE);
    const { response, notices } = await outcomeOf(whole.slice(0, 2000), { type: JSON_TYPE, truncated: true });
    const { items } = response.body as typeof PAGE;
    expect(items).toEqual(PAGE.items.slice(0, items.length));
    expect(response.truncated).toBe(true);
    expect(notices.map(({ pointer }) => pointer)).toEqual(['/response/body', '/response/body/items']);
    expect(notices[0]?.message).toBe('the response is too large: only its first 2000 characters were read');
    expect(notices[1]?.message).toMatch(/^shows the first \d+ of at least \d+ items$/);
  });

  it('has a notice if it was truncated by the egress and fits', async () => {
    const how = { type: JSON_TYPE, truncated: true, parameters: ['offset'] };
    const { response, notices } = await outcomeOf('{"a":[1,2', how);
    expect(response).toMatchObject({ body: { a: [1] }, truncated: true });
    expect(notices).toEqual([
      {
        pointer: '/response/body',
        message: 'the response is too large: only its first 9 characters were read; get the next items with `offset`',
      },
    ]);
  });

  it('is text if it is not JSON', async () => {
    const response = await read('<html>'.repeat(200), { type: JSON_TYPE });
    expect(response).toMatchObject({ body: '<html>'.repeat(200).slice(0, 1000), truncated: true });
  });

  it('keeps its files', async () => {
    const file = { name: 'a.png', mime_type: 'image/png', content: PNG.toString('base64') };
    const body = JSON.stringify({ openaiFileResponse: [file], text: 'x'.repeat(2001) });
    const { response, notices } = await outcomeOf(body, { type: JSON_TYPE });
    expect(response).toMatchObject({ body: { text: expect.stringMatching(/^x+$/) }, truncated: true, files: [file] });
    expect(notices).toEqual([
      { pointer: '/response/body/text', message: expect.stringMatching(/^shows the first \d+ of 2001 characters$/) },
    ]);
  });

  it.each([
    ['their names are too long', false, 'the response is too long even without its files'],
    ['it was truncated by the egress', true, 'the response is too large to be read with its files'],
  ])('omits its files if %s', async (_, truncated, reason) => {
    const whole = JSON.stringify({ a: 1, openaiFileResponse: [{ name: 'x'.repeat(1000), content: 'AAAA' }] });
    const body = truncated ? whole.slice(0, -6) : whole;
    const { response, notices } = await outcomeOf(body, { type: JSON_TYPE, truncated });
    expect(response).toMatchObject({ body: { a: 1 }, truncated: true, files: [] });
    expect(notices).toContainEqual({ pointer: '/response/body/openaiFileResponse', message: `omitted: ${reason}` });
  });
});

describe('text that is too long', () => {
  it('is truncated, with a notice', async () => {
    const { response, notices } = await outcomeOf('x'.repeat(1001), { type: 'text/plain' });
    expect(response).toMatchObject({ body: 'x'.repeat(1000), truncated: true });
    expect(notices).toEqual([{ pointer: '/response/body', message: 'shows the first 1000 of 1001 characters' }]);
  });

  it('has a notice if it was truncated by the egress', async () => {
    const { notices } = await outcomeOf('x'.repeat(1001), { type: 'text/plain', truncated: true });
    expect(notices).toEqual([
      { pointer: '/response/body', message: 'shows the first 1000 of at least 1001 characters' },
    ]);
  });
});

describe('an event stream', () => {
  const type = 'text/event-stream';

  it.each([
    ['data: 1\n\ndata: 2\n\ndata: 3', 'data: 1\n\ndata: 2\n\n'],
    ['data: 1\r\n\r\ndata: 2\r\n', 'data: 1\r\n\r\n'],
    ['data: 1\r\rdata: 2\r', 'data: 1\r\r'],
    ['data: 1', ''],
  ])('that had not ended at the deadline has complete events only: %j', async (sent, body) => {
    const { response, notices } = await outcomeOf(sent, { type, truncated: true, endedAtDeadline: true });
    expect(response).toMatchObject({ body, truncated: true });
    expect(notices).toEqual([
      {
        pointer: '/response/body',
        message: "the stream had not ended at the call's deadline; only the events until then are included",
      },
    ]);
  });

  it('that is too long has complete events only', async () => {
    const { response, notices } = await outcomeOf('data: 1234\n\n'.repeat(100), { type });
    expect(response).toMatchObject({ body: 'data: 1234\n\n'.repeat(83), truncated: true });
    expect(notices).toEqual([{ pointer: '/response/body', message: 'shows the first 996 of 1200 characters' }]);
  });

  it('that has ended is returned as it was sent', async () => {
    const sent = 'data: 1\n\ndata: 2';
    expect(await outcomeOf(sent, { type })).toMatchObject({ response: { body: sent, truncated: false }, notices: [] });
  });
});

describe('a response with bounds', () => {
  const bounds = { keep: ['/items'], drop: ['/items/*/note'], maxItems: 2 };

  it('has the values that its policy keeps, with a notice about lists that are cut', async () => {
    const { response, notices } = await outcomeOf(JSON.stringify(PAGE), { type: JSON_TYPE, bounds });
    expect(response).toMatchObject({ body: { items: [{ id: 0 }, { id: 1 }] }, truncated: false });
    expect(Object.keys(response.body as object)).toEqual(['items']);
    expect(notices).toEqual([
      {
        pointer: '/response/body/items',
        message: "shows the first 2 of 60 items, the maximum of the operation's policy",
      },
    ]);
  });

  it('is bounded before it is shortened', async () => {
    const response = await read(JSON.stringify(PAGE), { type: JSON_TYPE, bounds: { keep: ['/items/*/id'] } });
    expect(response).toMatchObject({ body: { items: PAGE.items.map(({ id }) => ({ id })) }, truncated: false });
  });

  it('that is a failure keeps all values', async () => {
    const failure = { error: { message: 'no such note' }, items: [{ note: 'x' }, {}, {}] };
    const response = await read(JSON.stringify(failure), { type: JSON_TYPE, status: 404, bounds });
    expect(response.body).toEqual({ error: { message: 'no such note' }, items: [{}, {}] });
  });

  it('is omitted if it should be JSON and is not', async () => {
    const { response, notices } = await outcomeOf('{"secret": 1', { type: JSON_TYPE, bounds });
    expect(response).toMatchObject({ body: '', truncated: true });
    expect(notices[0]?.message).toMatch(/^omitted: the policy of the operation selects values of JSON/);
    expect(await read('', { type: JSON_TYPE, bounds })).toMatchObject({ body: '', truncated: false });
    expect((await read('plain', { type: 'text/plain', bounds })).body).toBe('plain');
  });

  it('bounds its files as well', async () => {
    const file = { name: 'a.png', mime_type: 'image/png', content: PNG.toString('base64') };
    const body = JSON.stringify({ openaiFileResponse: [file, file, file] });
    expect((await read(body, { type: JSON_TYPE, bounds: { maxItems: 2 } })).files).toEqual([file, file]);
    expect((await read(body, { type: JSON_TYPE, bounds: { drop: ['/openaiFileResponse'] } })).files).toEqual([]);
  });
});

describe('the notice about numbers that became strings', () => {
  const numbers = (count: number) => `{"items":[${Array.from({ length: count }, () => '1915883588174806058').join()}]}`;
  const MESSAGE =
    '3 numbers were converted to strings of the same digits, because a double-precision number cannot hold them exactly';
  const noticesOf = async (body: string, how = {}) =>
    (await outcomeOf(body, { type: JSON_TYPE, ...how })).notices.map(({ pointer, message }) => `${pointer} ${message}`);

  it('counts those of the body', async () => {
    expect(await noticesOf(numbers(3))).toEqual([`/response/body ${MESSAGE}`]);
  });

  it.each<[string, object]>([
    ['the body is too long', { max: 50 }],
    ["the operation's policy has bounds", { bounds: { maxItems: 1 } }],
  ])('says that it counts those before the body was shortened if %s', async (_, how) => {
    expect(await noticesOf(numbers(3), how)).toContain(`/response/body ${MESSAGE}, before the body was shortened`);
  });
});
