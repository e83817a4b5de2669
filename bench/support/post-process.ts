import { Agent, request } from 'undici';

/**
 * The minimum cost of a refresh: sends the same form to the same token endpoints over connections that are reused like those of
 * Countersign's egress, and parses the response as JSON. Decrypts, encrypts and stores nothing.
 */
const urls = (process.env['TOKEN_URLS'] ?? '').split(' ');
const CONCURRENCY = 64;

const dispatcher = new Agent({ connections: 64, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
const body = new URLSearchParams({
  grant_type: 'refresh_token',
  refresh_token: 'r'.repeat(43),
  client_id: 'bench',
  client_secret: 's'.repeat(43),
}).toString();

async function post(url: string): Promise<void> {
  const answer = await request(url, { dispatcher, method: 'POST', headers, body });
  const { access_token } = (await answer.body.json()) as { access_token?: string };
  if (!access_token) throw new Error(`${url} gave no token`);
}

async function postAll(count: number): Promise<number> {
  let left = count;
  const one = async () => {
    while (left-- > 0) await post(urls[left % urls.length] ?? '');
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: CONCURRENCY }, one));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Sends the requested number of requests and reports the CPU seconds. */
process.on('message', (count) => void postAll(Number(count)).then((seconds) => process.send?.(seconds)));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
process.send?.('ready');
