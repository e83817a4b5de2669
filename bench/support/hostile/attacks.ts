import type { Countersign } from '../countersign.js';
import type { AttackPlan, AttackRequest, BodyPlan } from './attacker-process.js';
import * as documents from './documents.js';

/** The server under attack, and the upstreams that attackers can name in their documents. */
export interface AttackScene {
  countersign: Countersign;
  /** Ports of upstreams by their behavior. */
  upstreams: Record<string, number>;
}

type Attack = (scene: AttackScene) => Promise<AttackPlan>;

const MEBIBYTE = 1_048_576;
const EMPTY_OBJECTS = (bytes: number): BodyPlan => ({ head: '[', repeat: '{},', times: bytes / 3, tail: '{}]' });
const NOBODY = `cs_admin_key-${'a'.repeat(26)}_${'b'.repeat(60)}`;

/** A tenant of the attacker. */
interface Attacker {
  admin: string;
  runtime: string;
  gptId: string;
}

async function attackerOf({ countersign }: AttackScene): Promise<Attacker> {
  const { admin, runtime } = await countersign.tenant();
  const { id: gptId } = await countersign.post<{ id: string }>('/v1/gpts', admin, { name: 'Hostile' });
  return { admin, runtime, gptId };
}

/** Imports a document and repeats calls of its operation `a`. */
async function callsOf(
  scene: AttackScene,
  openapi: object,
  bodies: BodyPlan[],
  plan: Partial<AttackPlan> = {},
  auth: object = { type: 'none' },
) {
  const { admin, runtime, gptId } = await attackerOf(scene);
  await scene.countersign.post(`/v1/gpts/${gptId}/actions`, admin, { openapi, auth });
  const requests = bodies.map((body): AttackRequest => {
    return { path: `/v1/gpts/${gptId}/call`, headers: { 'x-api-key': runtime }, body };
  });
  return { attackers: 16, pauseMs: 0, requests, ...plan };
}

/** Repeats calls of an upstream, in whose responses the key of the calls is searched. */
const callsWithKey = (behavior: string): Attack => {
  const auth = { type: 'api_key', auth_type: 'bearer', api_key: 'key-of-the-attacker' };
  const openapi = (scene: AttackScene) => documents.plain(upstream(scene, behavior));
  return (scene) => callsOf(scene, openapi(scene), [callWith({})], { attackers: 64 }, auth);
};

const callWith = (args: object): BodyPlan => ({ head: JSON.stringify({ operation_id: 'a', arguments: args }) });

/** Checks a document again and again. */
async function checksOf(scene: AttackScene, openapi: object, attackers = 4): Promise<AttackPlan> {
  const { admin } = await attackerOf(scene);
  const body = { head: JSON.stringify({ openapi }) };
  return { attackers, pauseMs: 0, requests: [{ path: '/v1/openapi/check', headers: { 'x-api-key': admin }, body }] };
}

const upstream = ({ upstreams }: AttackScene, behavior: string) => `http://127.0.0.1:${upstreams[behavior]}`;
const URL_OF_NOBODY = 'http://127.0.0.1:9';

/** Requests that everyone can send. */
const anonymous = (path: string, body?: BodyPlan, plan: Partial<AttackPlan> = {}): Attack => {
  return async () => ({ attackers: 16, pauseMs: 0, requests: [{ path, ...(body && { body }) }], ...plan });
};

const anonymousGet = (path: string, headers: Record<string, string> = {}): Attack => {
  return async () => ({ attackers: 32, pauseMs: 0, requests: [{ method: 'GET', path, headers }] });
};

/** The attacks by name. */
export const ATTACKS: Record<string, Attack> = {
  '64 MB of JSON without a key': anonymous('/v1/openapi/check', EMPTY_OBJECTS(64 * MEBIBYTE), { attackers: 2 }),
  '1 MiB of JSON without a key': anonymous('/v1/gpts', EMPTY_OBJECTS(MEBIBYTE - 10)),
  'bodies of one byte each 100 ms': async () => {
    const body = { repeat: ' ', times: 10_000 };
    return { attackers: 300, pauseMs: 0, requests: [{ path: '/v1/console-session', body, dripMs: 100 }] };
  },
  'forms of spaces without a key': anonymous('/v1/console-session', { repeat: ' ', times: 10_000 }, { attackers: 300 }),
  'guessed keys': anonymousGet('/v1/gpts', { 'x-api-key': NOBODY }),
  'guessed sign-in links': anonymousGet('/signin/AjOPJKYcNPbMbE6X2n--VTANdfsaPl2HdnvnsvqfmQ0'),
  'guessed states at the callback': anonymousGet('/aip/cb-aaaaaaaaaaaaaaaaaaaaaaaaaa/oauth/callback?state=x&code=y'),
  'the API document': anonymousGet('/docs-json'),
  metrics: anonymousGet('/metrics'),
  '1 MiB of brackets': async (scene) => {
    const { admin } = await attackerOf(scene);
    const body = { repeat: '[', times: MEBIBYTE - 10 };
    return { attackers: 8, pauseMs: 0, requests: [{ path: '/v1/gpts', headers: { 'x-api-key': admin }, body }] };
  },
  'checks of 60 schemas that refer to each other': (scene) => checksOf(scene, documents.mutualSchemas(URL_OF_NOBODY)),
  'checks of 8,000 parameters': (scene) => checksOf(scene, documents.manyParameters(URL_OF_NOBODY)),
  'checks of 20,000 malformed parameters': (scene) => checksOf(scene, documents.malformedParameters(URL_OF_NOBODY)),
  'checks of a chain of 500 schemas': (scene) => checksOf(scene, documents.chainedSchemas(URL_OF_NOBODY)),
  'tools of a large document': async (scene) => {
    const { admin, runtime, gptId } = await attackerOf(scene);
    const openapi = documents.mutualSchemas(URL_OF_NOBODY, 20, 300);
    await scene.countersign.post(`/v1/gpts/${gptId}/actions`, admin, { openapi });
    const path = `/v1/gpts/${gptId}/tools`;
    return { attackers: 4, pauseMs: 0, requests: [{ method: 'GET', path, headers: { 'x-api-key': runtime } }] };
  },
  'a pattern of exponential time': (scene) =>
    callsOf(scene, documents.slowPattern(URL_OF_NOBODY), [
      callWith({ text: 'a' }),
      callWith({ text: `${'a'.repeat(32)}!` }),
    ]),
  'a pattern with a lookahead': (scene) =>
    callsOf(scene, documents.slowPattern(URL_OF_NOBODY, '^(?=(a+)+$)'), [
      callWith({ text: 'a' }),
      callWith({ text: `${'a'.repeat(32)}!` }),
    ]),
  'alternatives that double with each level': (scene) =>
    callsOf(scene, documents.doublingAlternatives(URL_OF_NOBODY), [callWith({ body: {} })]),
  'checks of YAML aliases': async (scene) => {
    const { admin } = await attackerOf(scene);
    const body = { head: JSON.stringify({ openapi: documents.yamlAliases() }) };
    return {
      attackers: 8,
      pauseMs: 0,
      requests: [{ path: '/v1/openapi/check', headers: { 'x-api-key': admin }, body }],
    };
  },
  'checks of 16 MB': (scene) => checksOf(scene, documents.longDescriptions(URL_OF_NOBODY, 16 * MEBIBYTE)),
  'imports of 2 MB': async (scene) => {
    const { admin, gptId } = await attackerOf(scene);
    const body = { head: JSON.stringify({ openapi: documents.longDescriptions(URL_OF_NOBODY, 2 * MEBIBYTE) }) };
    const path = `/v1/gpts/${gptId}/actions`;
    return { attackers: 8, pauseMs: 0, requests: [{ path, headers: { 'x-api-key': admin }, body }] };
  },
  'arguments of a megabyte': (scene) =>
    callsOf(scene, documents.anyBody(URL_OF_NOBODY), [callWith({ body: Array.from({ length: 200_000 }, () => ({})) })]),
  'arguments with a million duplicate keys': (scene) =>
    callsOf(scene, documents.anyBody(URL_OF_NOBODY), [
      { head: '{"operation_id":"a","arguments":{"body":{', repeat: '"a":1,', times: 170_000, tail: '"a":1}}}' },
    ]),
  'unique items': (scene) => {
    const items = Array.from({ length: 3000 }, (_, index) => ({ a: index, b: { c: [index] } }));
    return callsOf(scene, documents.uniqueItems(URL_OF_NOBODY), [callWith({ body: items })]);
  },
  '200 calls of a silent upstream': (scene) =>
    callsOf(scene, documents.plain(upstream(scene, 'never answers')), [callWith({})], { attackers: 200 }),
  'calls of endless JSON with files': (scene) =>
    callsOf(scene, documents.plain(upstream(scene, 'endless, with files')), [callWith({})], { attackers: 64 }),
  'calls of endless JSON with a key': callsWithKey('endless, with files'),
  'calls of a file of 10 MB': callsWithKey('a file of 10 MB'),
  'calls of encoded text': callsWithKey('encoded text of 250 KB'),
  'documents by URL without an end': async (scene) => {
    const { admin } = await attackerOf(scene);
    const body = { head: JSON.stringify({ openapi_url: `${upstream(scene, 'endless text')}/openapi.json` }) };
    return {
      attackers: 64,
      pauseMs: 0,
      requests: [{ path: '/v1/openapi/check', headers: { 'x-api-key': admin }, body }],
    };
  },
  'new GPTs': async (scene) => {
    const { admin } = await attackerOf(scene);
    const body = { head: JSON.stringify({ name: 'Hostile' }) };
    return { attackers: 16, pauseMs: 0, requests: [{ path: '/v1/gpts', headers: { 'x-api-key': admin }, body }] };
  },
  'everything large at once': (scene) =>
    together(scene, [
      'checks of 16 MB',
      'imports of 2 MB',
      'tools of a large document',
      'arguments of a megabyte',
      'arguments with a million duplicate keys',
      'unique items',
      'calls of endless JSON with files',
      'calls of a file of 10 MB',
      'documents by URL without an end',
    ]),
};

/** Repeats the requests of several attacks, each by a tenant of its own. */
async function together(scene: AttackScene, names: string[]): Promise<AttackPlan> {
  const requests: AttackRequest[] = [];
  for (const name of names) requests.push(...((await ATTACKS[name]?.(scene))?.requests ?? []));
  return { attackers: 8 * requests.length, pauseMs: 0, requests };
}
