// Runs once: the database takes no part in what this suite tests.
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { check, checkSchema, type Checked } from './check-provider.js';

/* Self-signed test certificate for 127.0.0.1, valid until 2126. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEcsJeLt9+u/NmMuw
qJh/q2E3Cm95LAnvkseURMj5RoehRANCAASbf6DdcCm3IrxcGV+OcqAaQxd/mbHl
JYtS4VBLfRbbLARC5kbHa7K9/sP1nFEvOwEY9Oe2uybma8HVFOQ1GwcF
-----END PRIVATE KEY-----`;

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUTWrCQtSNE2HFntjtcHaWe6CFFp0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMzIxNDkwNFoYDzIxMjYxMDMw
MjE0OTA0WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASbf6DdcCm3IrxcGV+OcqAaQxd/mbHlJYtS4VBLfRbbLARC5kbHa7K9
/sP1nFEvOwEY9Oe2uybma8HVFOQ1GwcFo2QwYjAdBgNVHQ4EFgQU3ILX+OgPtAfM
BGQFaWNLwZAFWq0wHwYDVR0jBBgwFoAU3ILX+OgPtAfMBGQFaWNLwZAFWq0wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IHIsJtEZlTX34p4N7A1ggk2+YbUipQrVKKzECvGKSYfrAiAWqGV+fr+Phe0kU8la
MCIBsI3IOQis6s7OwqRDvmYfyw==
-----END CERTIFICATE-----`;

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => {
  world.reset();
  world.provider.reset();
});

/** Checks the provider with its endpoints at another origin. */
function checksAt(origin: string): Promise<Checked> {
  const endpoints = { authorization_url: `${origin}/authorize`, token_url: `${origin}/token` };
  return checkSchema(world.tenant, world.provider.schema(endpoints), world.api.url);
}

const forBothUrls = (code: string) => [`error ${code} authorization_url`, `error ${code} token_url`];

describe('the check of unreachable endpoints', () => {
  it('reports a refused connection', async () => {
    const answer = await checksAt(`http://127.0.0.1:${await freePort()}`);
    expect(answer.complaints).toEqual(forBothUrls('connection_refused'));
  });

  it('reports a broken connection, and does not send the secret again', async () => {
    const { provider } = world;
    provider.simulate({ dropsConnections: true });
    const { complaints } = await checkSchema(world.tenant, provider.schema(), world.api.url);
    expect(complaints).toEqual(['error connection_broken token_url']);
    expect(provider.tokenRequests).toHaveLength(1);
  });

  it('security rule C18: reports a self-signed certificate, and sends nothing', async () => {
    const received: string[] = [];
    const server = createServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
      received.push(request.url ?? '');
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await checksAt(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await new Promise((resolve) => server.close(resolve));
    expect(answer.complaints).toEqual(forBothUrls('certificate_self_signed'));
    expect(received).toEqual([]);
  });

  it('reports an address that the operator no longer allows', async () => {
    const { gpt, action } = await world.notesGpt();
    const strict = await world.app.replica({ EGRESS_ALLOW: '' });
    const answer = await check(gpt.at(strict), action);
    await strict.stop();
    expect(answer.complaints).toEqual(forBothUrls('address_not_public'));
    expect(world.provider.requests).toEqual([]);
  });

  it('reports a timeout', async () => {
    const { gpt, action } = await world.notesGpt();
    const hurried = await world.app.replica({ TOKEN_TIMEOUT_SECONDS: '1' });
    let release = (): void => undefined;
    world.provider.simulate({ before: () => new Promise((resolve) => (release = resolve)) });
    const answer = await check(gpt.at(hurried), action);
    release();
    await hurried.stop();
    expect(answer.complaints).toEqual(['error timed_out token_url']);
    expect(world.provider.tokenRequests).toHaveLength(1);
  });
});
