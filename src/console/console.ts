import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { NotFoundError } from '../common/index.js';

/** The built console, relative to this file in `src/` and in `dist/`. */
const BUILD_FOLDERS = ['../../dist/console/', '../../console/'];

/** The placeholder of the nonce in the built page. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/**
 * Serves the console: its assets, and one HTML page for all paths below `/console`.
 *
 * The names of the assets contain a digest of their content, so browsers may cache them forever. The content security policy allows only
 * this server's scripts and styles, and style elements with the page's nonce, which libraries create at run time.
 */
export async function serveConsole(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const folder = BUILD_FOLDERS.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) =>
    existsSync(`${path}assets`),
  );
  const page = folder && readFileSync(`${folder}index.html`, 'utf8');
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
    if (page === undefined) throw new NotFoundError('the console is not built; run `npm run build`');
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy(nonce) })
      .send(page.replaceAll(NONCE_PLACEHOLDER, nonce));
  };
  server.get('/console', sendPage);
  server.get('/console/*', sendPage);
}

/** Allows nothing from other hosts, and no inline scripts. Inline styles require the nonce. */
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
