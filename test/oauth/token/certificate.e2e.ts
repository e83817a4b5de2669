// Runs once: the database takes no part in what this suite tests.
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Egress, EgressAllowList } from '../../../src/egress/index.js';
import { AUTHORITY, EXPIRED, KEY, SELF_SIGNED, VALID } from '../../support/certificates.js';
import { OAuthWorld } from '../../support/oauth-world.js';

const EGRESS_ALLOW = '127.0.0.0/8,api.example.test,other.example.test';

let world: OAuthWorld;
let egress: Egress;
let server: Server;
let received: string[];

/** Names resolve to this machine, and the test's certificate authority is trusted. Nothing else is changed. */
beforeAll(async () => {
  world = await OAuthWorld.start({ environment: { EGRESS_ALLOW } });
  const lookup = async () => [{ address: '127.0.0.1', family: 4 as const }];
  egress = new Egress({ allow: EgressAllowList.parse(EGRESS_ALLOW), lookup, ca: AUTHORITY });
  jest.spyOn(world.app.get(Egress), 'request').mockImplementation((request) => egress.request(request));
});

afterAll(() => Promise.all([world.stop(), egress.close()]));

beforeEach(() => world.reset());

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Signs Alice in with a token URL at a host with this certificate. */
async function signInAt(host: string, cert: string) {
  received = [];
  server = createServer({ cert, key: KEY }, (request, response) => {
    received.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json').end('{"access_token":"access-1","expires_in":3600}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const token_url = `https://${host}:${(server.address() as AddressInfo).port}/token`;
  const alice = await world.user('alice', { token_url });
  const signIn = await alice.signsIn();
  return { alice, signIn };
}

describe('security rule C18: the certificate of the token endpoint', () => {
  it('security rule C18: is accepted if it is valid', async () => {
    const { signIn } = await signInAt('api.example.test', VALID);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
    expect(received).toEqual(['POST /token']);
  });

  it.each([
    ['has expired', 'api.example.test', EXPIRED, 'certificate_expired'],
    ['is self-signed', 'api.example.test', SELF_SIGNED, 'certificate_self_signed'],
    ['is for another host', 'other.example.test', VALID, 'certificate_of_other_host'],
  ])(
    'security rule C18: is rejected if it %s: neither code nor secret is sent, and the trace has a diagnosis',
    async (_, host, cert, diagnosis_code) => {
      const { alice, signIn } = await signInAt(host, cert);
      expect(received).toEqual([]);
      expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'upstream_unreachable' } });
      expect(await alice.connections()).toEqual([]);
      expect(await signIn.trace()).toMatchObject({ diagnosis_code });
    },
  );
});
