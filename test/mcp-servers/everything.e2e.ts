import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import type { TestGpt } from '../support/tenant.js';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/package.json'));

let app: TestApp;
let gpt: TestGpt;
let server: ChildProcess;
let operations: string[];

/** The reference server of the protocol's authors, as a process of its own. */
beforeAll(async () => {
  const port = await freePort();
  app = await TestApp.start();
  gpt = await (await app.tenant()).gpt();
  const env = { PATH: process.env['PATH'], PORT: String(port) };
  server = spawn(process.execPath, [join(PACKAGE, 'dist/index.js'), 'streamableHttp'], { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/mcp`;
  await eventually(
    () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    Boolean,
    30_000,
  );
  const { status, body } = await gpt.addAction({ mcp_url: url });
  expect([status, body.title]).toEqual([201, expect.stringMatching(/everything/i)]);
  operations = body.operations.map(({ operation_id }: { operation_id: string }) => operation_id);
}, 60_000);

afterAll(async () => {
  const exited = once(server, 'exit');
  server.kill();
  await Promise.all([exited, app.stop()]);
});

/** Calls a tool, and agrees if the user has to. */
async function call(name: string, args: object = {}) {
  const first = (await gpt.call(name, { arguments: args })).body;
  if (first.outcome !== 'confirmation_required') return first;
  return (await gpt.call(name, { arguments: args, confirmation: first.confirmation.token })).body;
}

describe('the reference MCP server as an action', () => {
  it('offers its tools as operations', () => {
    expect(operations).toEqual(expect.arrayContaining(['echo', 'get-sum', 'get-tiny-image', 'get-structured-content']));
  });

  it('returns a text', async () => {
    expect(await call('echo', { message: 'hi' })).toMatchObject({ response: { status: 200, body: 'Echo: hi' } });
  });

  it('returns an image as a file', async () => {
    const { response } = await call('get-tiny-image');
    expect(response.files).toEqual([expect.objectContaining({ mime_type: 'image/png' })]);
  });

  it('returns structured content as JSON', async () => {
    const { response } = await call('get-structured-content', { location: 'New York' });
    expect(response).toMatchObject({ content_type: 'application/json', body: { temperature: expect.any(Number) } });
  });

  it('reports progress while it works, and returns its result', async () => {
    const { response } = await call('trigger-long-running-operation', { duration: 1, steps: 2 });
    expect(response).toMatchObject({ status: 200, body: expect.stringContaining('Long running operation completed') });
  });
});
