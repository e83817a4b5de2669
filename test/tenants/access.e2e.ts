import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RouteList } from '../../src/http/index.js';
import { Limits } from '../../src/limits/index.js';
import { AccessGuard } from '../../src/tenants/access.guard.js';
import { FailedAuthentications } from '../../src/tenants/failed-authentications.js';
import { BearerKeyStrategy, HeaderKeyStrategy } from '../../src/tenants/key.strategies.js';
import { ConsoleSessionStrategy } from '../../src/tenants/sessions/console-session.strategy.js';
import type { TestApp } from '../support/app.js';
import { gotIn, refusalIn, Stranger, type Ask } from './isolation/checks.js';
import { PUBLIC, ROWS, SHARED, type AccessRow } from './isolation/routes.js';
import { startServices, stopServices, type IsolationServices } from './isolation/services.js';
import { newWorld, type World } from './isolation/world.js';

let services: IsolationServices;
let app: TestApp;
let stranger: Stranger;
/** Of those who are turned away. That it stays as it is, is what is tested; who is let in gets another. */
let world: World;

beforeAll(async () => {
  services = await startServices();
  app = services.app;
  [stranger, world] = [await Stranger.of(services), await newWorld(services)];
});

afterAll(async () => {
  await stopServices(services);
});

/** The API document, Swagger UI, the documentation's pages, the console's files, and the redirect from `/`: the same for everyone. */
const FILES = /^GET \/(docs|console|llms\.txt|$)/;

const ALL = [...Object.keys(ROWS), ...PUBLIC].toSorted();

it('has a row for every route of the running router, and no other', () => {
  const served = app
    .get(RouteList)
    .routes.filter(({ method }) => method !== 'HEAD')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(served.filter((route) => !FILES.test(route)).toSorted()).toEqual(ALL);
});

it('finds every route of the running router in the API document, and no other', async () => {
  const { paths } = (await app.anonymous.get('/docs-json')).body;
  const documented = Object.entries(paths as object).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.toSorted()).toEqual(ALL);
});

describe.each(Object.entries(ROWS))('%s', (route, row) => {
  it('turns away who is not somebody, and whom it is not for, and writes nothing', async () => {
    expect(await gotIn(services, world, row.for, asking(route, row))).toEqual([]);
  });

  it("answers to another tenant as if this one's ids did not exist, and writes nothing here", async () => {
    const { theirs, nowhere, leaked, changes } = await stranger.asksFor(world, asking(route, row), refusalIn);
    expect(theirs.status).toBe(row.stranger ?? 404);
    expect(theirs).toEqual(nowhere);
    expect({ leaked, changes }).toEqual({ leaked: [], changes: [] });
  });

  it.each(row.for)('lets in the role %s', async (role) => {
    const own = route.startsWith('GET ') ? world : await newWorld(services);
    expect((await asking(route, row)(own[role], own.ids)).status).toBe(row.answers);
  });
});

function asking(route: string, { body }: AccessRow): Ask {
  const [method = '', path = ''] = route.split(' ');
  return (client, ids) => {
    const known: Record<string, string> = { ...SHARED, ...ids };
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? `there is no ${name}`);
    return client.send(method, filled, typeof body === 'function' ? body(services) : body);
  };
}

it('is closed where a route forgets to say whom it is for', async () => {
  const guard = new AccessGuard(
    new Reflector(),
    app.get(Limits),
    app.get(FailedAuthentications),
    app.get(HeaderKeyStrategy),
    app.get(BearerKeyStrategy),
    app.get(ConsoleSessionStrategy),
  );
  const forgotten = { getHandler: () => () => undefined, getClass: () => class {} } as unknown as ExecutionContext;
  await expect(guard.canActivate(forgotten)).rejects.toMatchObject({ code: 'forbidden' });
});

it('asks for a key on HEAD as on GET', async () => {
  expect((await fetch(`${app.url}/v1/gpts`, { method: 'HEAD' })).status).toBe(401);
});
