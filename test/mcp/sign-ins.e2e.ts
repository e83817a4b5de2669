import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { altered } from '../support/altered.js';
import { Browser } from '../../examples/notes-provider/browser.js';
import { WaitTimes } from '../../src/mcp/tools/wait-times.js';
import type { ApiResponse } from '../support/client.js';
import { McpWorld, textOf } from '../support/mcp-world.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { NOTES_PATHS } from '../support/upstream.js';

let oauth: OAuthWorld;
let world: McpWorld;

beforeAll(async () => {
  oauth = await OAuthWorld.start();
});

beforeEach(async () => {
  oauth.reset();
  oauth.app.get(WaitTimes).linkMs = 50;
  world = await McpWorld.of(oauth.app, oauth.api, (await oauth.notesGpt()).gpt);
});

afterAll(() => oauth.stop());

const URL_MODE = { elicitation: { url: {} } };
const ACCEPT = { countersign: { action: 'accept' } };

const signsIn = async (url: string) => {
  const browser = new Browser();
  await browser.get(url);
  await browser.submit();
};

/** Calls a tool as a client of 2026-07-28 that can open URLs. */
const call = (more: object = {}) => world.call('listNotes', {}, { user: 'alice', capabilities: URL_MODE, more });
const linkOf = ({ body }: ApiResponse) => body.result.inputRequests.countersign.params.url as string;

describe('a call of 2026-07-28 whose user has to sign in', () => {
  it('asks to open the link, and is made when it is repeated after the sign-in', async () => {
    const asked = await call();
    expect(asked.body.result).toEqual({
      resultType: 'input_required',
      inputRequests: {
        countersign: {
          method: 'elicitation/create',
          params: {
            mode: 'url',
            message: `Sign in to ${oauth.api.domain} to continue`,
            url: expect.stringContaining('/signin/'),
          },
        },
      },
      requestState: expect.any(String),
    });
    await signsIn(linkOf(asked));
    const { requestState } = asked.body.result;
    const made = await call({ requestState, inputResponses: ACCEPT });
    expect(textOf(made)).toBe('{"ok":true}');
  });

  it('waits for the sign-in after the user has agreed to open the link', async () => {
    oauth.app.get(WaitTimes).linkMs = 25_000;
    const asked = await call();
    const { requestState } = asked.body.result;
    const made = call({ requestState, inputResponses: ACCEPT });
    await signsIn(linkOf(asked));
    expect(textOf(await made)).toBe('{"ok":true}');
  });

  it('repeats the same link, at most four times, and then fails', async () => {
    let answer = await call();
    const link = linkOf(answer);
    for (let round = 2; round <= 4; round++) {
      answer = await call({ requestState: answer.body.result.requestState, inputResponses: ACCEPT });
      expect([round, linkOf(answer)]).toEqual([round, link]);
    }
    const last = await call({ requestState: answer.body.result.requestState, inputResponses: ACCEPT });
    expect(last.body.result.isError).toBe(true);
    expect(textOf(last)).toContain(link);
  });

  it.each(['decline', 'cancel'])('is not made if the user answers with %s', async (action) => {
    const { requestState } = (await call()).body.result;
    const answer = await call({ requestState, inputResponses: { countersign: { action } } });
    expect(answer.body.result.isError).toBe(true);
    expect(textOf(answer)).toMatch(/not made/);
  });

  it('rejects a state that is altered, expired, or of another call, user, credential or GPT', async () => {
    const { requestState } = (await call()).body.result;
    const more = { requestState, inputResponses: ACCEPT };
    const codeOf = async (answer: Promise<ApiResponse>) => (await answer).body.error?.code;
    const options = { user: 'alice', capabilities: URL_MODE, more };
    expect(await codeOf(world.call('listNotes', { limit: 1 }, options))).toBe(-32602);
    expect(await codeOf(world.call('about', {}, options))).toBe(-32602);
    expect(await codeOf(world.call('listNotes', {}, { ...options, user: 'bob' }))).toBe(-32602);
    const { admin } = world.tenant;
    const { key } = (await admin.post('/v1/keys', { role: 'runtime', name: 'another' })).body;
    for (const bearer of [(await world.token('alice')).token, key])
      expect(await codeOf(world.call('listNotes', {}, { ...options, bearer }))).toBe(-32602);
    expect(await codeOf(call({ ...more, requestState: altered(requestState) }))).toBe(-32602);
    expect(await codeOf(call({ ...more, requestState: 7 }))).toBe(-32602);
    const ofOtherTenant = await McpWorld.of(oauth.app, oauth.api, (await oauth.notesGpt()).gpt);
    const sibling = await McpWorld.of(oauth.app, oauth.api, await world.tenant.gpt());
    await sibling.gpt.action(oauth.api.document(NOTES_PATHS));
    for (const other of [ofOtherTenant, sibling])
      expect(await codeOf(other.call('listNotes', {}, options))).toBe(-32602);
    oauth.app.clock.advance({ minutes: 15 });
    expect(await codeOf(call(more))).toBe(-32602);
    expect(oauth.api.requests).toHaveLength(0);
  });

  it('gets the link as text if the client cannot open URLs', async () => {
    const answer = await world.call('listNotes', {}, { user: 'alice', capabilities: { elicitation: {} } });
    expect(answer.body.result).toMatchObject({ resultType: 'complete', isError: true });
    expect(textOf(answer)).toMatch(/sign in to .*\/signin\//s);
  });

  it('fails in words if no user is known', async () => {
    const answer = await world.call('listNotes', {}, { capabilities: URL_MODE });
    expect(answer.body.result.isError).toBe(true);
    expect(textOf(answer)).toMatch(/user/);
  });
});

describe('a call of an older revision whose user has to sign in', () => {
  it('of 2025-11-25 fails with -32042 and the link', async () => {
    const session = await world.initialize('2025-11-25', URL_MODE, { user: 'alice' });
    const { status, body } = await world.callIn(session, 'listNotes', {}, { user: 'alice' });
    expect([status, body.error.code]).toEqual([200, -32042]);
    const [elicitation] = body.error.data.elicitations;
    expect(elicitation).toEqual({
      mode: 'url',
      elicitationId: expect.stringMatching(/^si-/),
      url: expect.stringContaining('/signin/'),
      message: expect.any(String),
    });
    await signsIn(elicitation.url);
    expect(textOf(await world.callIn(session, 'listNotes', {}, { user: 'alice' }))).toBe('{"ok":true}');
  });

  it.each([
    ['2025-11-25', { elicitation: {} }],
    ['2025-11-25', {}],
    ['2025-06-18', URL_MODE],
    ['2025-03-26', URL_MODE],
  ])('of %s with %j gets the link as text', async (version, capabilities) => {
    const session = await world.initialize(version, capabilities, { user: 'alice' });
    const answer = await world.callIn(session, 'listNotes', {}, { user: 'alice' });
    expect(answer.body.result.isError).toBe(true);
    expect(textOf(answer)).toContain('/signin/');
  });
});
