import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { NotFoundError } from '../common/index.js';
import { Settings } from '../config/index.js';

/** The folders of the built console, relative to the source and to the built code. */
const BUILD_FOLDERS = ['../../dist/console/', '../../console/'];

/** Placeholder for the nonce in the built page. */
const NONCE = '__CSP_NONCE__';

/** The built page's element that names the path of `PUBLIC_URL`. */
const BASE_PATH = '<meta name="base-path" content="';

/**
 * Serves the console: one page for every path under `/console`, which uses the API like any other client, and its assets. The root
 * path redirects to it.
 *
 * Assets have a content digest in their names, so browsers may cache them forever; the page names the current ones. Scripts and
 * styles come from this server; libraries that create style elements at run time give them the page's nonce.
 */
export async function serveConsole(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const folder = BUILD_FOLDERS.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) =>
    existsSync(`${path}assets`),
  );
  const { basePath } = app.get(Settings);
  const page = folder && pageBelow(basePath, readFileSync(`${folder}index.html`, 'utf8'));
  if (folder) {
    await server.register(fastifyStatic, {
      root: `${folder}assets`,
      prefix: '/console/assets/',
      decorateReply: false,
      wildcard: true,
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
    });
  }
  const sendPage = async (_request: unknown, reply: FastifyReply) => {
    if (page === undefined) throw new NotFoundError('console (run `npm run build`)');
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy(nonce) })
      .send(page.replaceAll(NONCE, nonce));
  };
  server.get('/', async (_request, reply) => reply.redirect(`${basePath}/console`, 303));
  server.get('/console', sendPage);
  server.get('/console/*', sendPage);
}

/** Returns the built page with the URLs of its assets, which the build leaves relative, and the path of `PUBLIC_URL`. */
function pageBelow(basePath: string, page: string): string {
  return page.replaceAll('"./assets/', `"${basePath}/console/assets/`).replace(BASE_PATH, `${BASE_PATH}${basePath}`);
}

/** Returns the content security policy of the page: only this server's files, and inline styles with this response's nonce. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
