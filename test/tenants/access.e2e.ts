import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ForbiddenError } from '../../src/common/index.js';
import { RouteList } from '../../src/http/index.js';
import { AccessGuard } from '../../src/tenants/access.guard.js';
import type { TestApp } from '../support/app.js';
import { unexpectedAccess, rejectedResponse, Stranger, type Ask } from './isolation/checks.js';
import { PUBLIC, ROWS, SHARED, type AccessRow } from './isolation/routes.js';
import { startServices, stopServices, type IsolationServices } from './isolation/services.js';
import { newWorld, type World } from './isolation/world.js';

let services: IsolationServices;
let app: TestApp;
let stranger: Stranger;
/** The resources of rejected requests, which must stay unchanged. Accepted requests get a world of their own. */
let world: World;

beforeAll(async () => {
  services = await startServices();
  app = services.app;
  [stranger, world] = [await Stranger.of(services), await newWorld(services)];
});

afterAll(async () => {
  await stopServices(services);
});

/** Public files and pages: the API document, Swagger UI, the documentation, the console, and the redirect from `/`. */
const FILES = /^GET \/(docs|console|llms\.txt|$)/;

const ALL = [...Object.keys(ROWS), ...PUBLIC].toSorted();

it('the access table has a row for every route of the router, and no others', () => {
  const served = app
    .get(RouteList)
    .routes.filter(({ method }) => method !== 'HEAD')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(served.filter((route) => !FILES.test(route)).toSorted()).toEqual(ALL);
});

it('the API document has every route of the router, and no others', async () => {
  const { paths } = (await app.anonymous.get('/docs-json')).body;
  const documented = Object.entries(paths as object).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.toSorted()).toEqual(ALL);
});

describe.each(Object.entries(ROWS))('%s', (route, row) => {
  it('rejects callers without a valid key or the required role, and writes nothing', async () => {
    expect(await unexpectedAccess(services, world, row.for, asking(route, row))).toEqual([]);
  });

  it('responds to another tenant as to unknown ids, and writes nothing', async () => {
    const { theirs, nowhere, leaked, changes } = await stranger.compareWithUnknownIds(
      world,
      asking(route, row),
      rejectedResponse,
    );
    expect(theirs.status).toBe(row.stranger ?? 404);
    expect(theirs).toEqual(nowhere);
    expect({ leaked, changes }).toEqual({ leaked: [], changes: [] });
  });

  it.each(row.for)('accepts the role %s', async (role) => {
    const own = route.startsWith('GET ') ? world : await newWorld(services);
    expect((await asking(route, row)(own[role], own.ids)).status).toBe(row.answers);
  });
});

function asking(route: string, { body, contentType }: AccessRow): Ask {
  const [method = '', path = ''] = route.split(' ');
  return (client, ids) => {
    const known: Record<string, string> = { ...SHARED, ...ids };
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? `there is no ${name}`);
    const headers = contentType === undefined ? undefined : { 'content-type': contentType };
    return client.send(method, filled, typeof body === 'function' ? body(services, ids) : body, headers);
  };
}

it('the guard rejects a route that declares no role', () => {
  const forgotten = { getHandler: () => () => undefined, getClass: () => class {} } as unknown as ExecutionContext;
  expect(() => new AccessGuard(new Reflector()).canActivate(forgotten)).toThrow(ForbiddenError);
});

it('a HEAD request requires a key, as a GET request does', async () => {
  expect((await fetch(`${app.url}/v1/gpts`, { method: 'HEAD' })).status).toBe(401);
});
