import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { NotFoundError } from '../common/index.js';

/** Where the build puts the console, seen from the source and from what is built. */
const PLACES = ['../../dist/console/', '../../console/'];

/** Stands in the built page wherever a nonce belongs. */
const NONCE = '__CSP_NONCE__';

/**
 * Serves the console: one page for every path below `/console`, which asks the API like any other client, and its files.
 *
 * Files carry a digest of their content in their name, so browsers may keep them; the page says which ones are current. Scripts and
 * styles are this server's own; libraries that make style elements at run time give them the page's nonce.
 */
export async function serveConsole(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const folder = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) =>
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
  const answer = async (_request: unknown, reply: FastifyReply) => {
    if (page === undefined) throw new NotFoundError('console: it has not been built (npm run build)');
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy(nonce) })
      .send(page.replaceAll(NONCE, nonce));
  };
  server.get('/console', answer);
  server.get('/console/*', answer);
}

/** Nothing from elsewhere, no script or style in the page itself but with this answer's nonce. */
function policy(nonce: string): string {
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
