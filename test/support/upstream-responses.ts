import { afterAll } from '@jest/globals';
import type { ResponseBounds } from '../../src/actions/index.js';
import { readSettings } from '../../src/config/index.js';
import type { CompletedDto } from '../../src/dispatch/call.dto.js';
import type { FileFetcher } from '../../src/dispatch/files/file-fetcher.js';
import { BodyReader } from '../../src/dispatch/response/body-reader.js';
import { JsonBody } from '../../src/dispatch/response/json-body.js';
import { ResponseReader } from '../../src/dispatch/response/response-reader.js';
import { type EgressResponse, BufferMemory } from '../../src/egress/index.js';
import { Metrics } from '../../src/metrics/index.js';
import { Workers } from '../../src/workers/index.js';

/** How the upstream of a call answers, and how the answer is read. */
export interface Answered {
  type?: string;
  headers?: Record<string, string>;
  truncated?: boolean;
  secrets?: string[];
  max?: number;
  url?: string;
  status?: number;
  bounds?: ResponseBounds;
  endedAtDeadline?: true;
  parameters?: string[];
}

const LIMITS = {
  deadline: Number.POSITIVE_INFINITY,
  memory: new BufferMemory(readSettings({}), new Metrics()).openCall('tenant'),
};
const NO_FETCHER = { batch: () => () => Promise.reject(new Error('nothing can be fetched')) } as unknown as FileFetcher;
const workers = new Workers();

afterAll(() => workers.onModuleDestroy());

/** Returns the outcome of a call whose upstream sends this body. */
export async function outcomeOf(
  body: string | Buffer,
  {
    type,
    headers,
    truncated = false,
    secrets = [],
    max = 1000,
    url = 'https://api.example.com/',
    status = 200,
    bounds,
    endedAtDeadline,
    parameters = [],
  }: Answered = {},
): Promise<Pick<CompletedDto, 'response' | 'notices'>> {
  const answer: EgressResponse = {
    status,
    headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    body: Buffer.from(body as string),
    truncated,
    url,
    remoteAddress: '203.0.113.1',
    ...(endedAtDeadline && { endedAtDeadline }),
  };
  const settings = readSettings({ CALL_MAX_FILE_BYTES: '4000', CALL_MAX_TOTAL_FILE_BYTES: '6000' });
  const call = { ...settings.call, maxResponseCharacters: max };
  const reader = new ResponseReader(NO_FETCHER, { ...settings, call }, new BodyReader(workers));
  const inQuery = parameters.map((name) => ({ argument: name, name, location: 'query' as const }));
  const operation = { parameters: inQuery, argumentsSchema: {} };
  const { response, notices } = await reader.read(answer, secrets, LIMITS, { operation, bounds });
  const { body: read } = response;
  return { response: { ...response, body: read instanceof JsonBody ? read.toJSON() : read }, notices };
}

/** Returns the response of a call whose upstream sends this body. */
export async function read(body: string | Buffer, how: Answered = {}): Promise<CompletedDto['response']> {
  return (await outcomeOf(body, how)).response;
}

export const JSON_TYPE = 'application/json';
export const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
/** A body that is longer than {@link read} returns. */
export const PAGE = { items: Array.from({ length: 60 }, (_, id) => ({ id, note: 'x'.repeat(40) })), next: 'page-2' };
