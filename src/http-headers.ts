import { createHash } from 'node:crypto';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

/** What no answer of an API needs: nothing is loaded, framed or sent from it. Pages have policies of their own. */
const NOTHING = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** The same for answers that are given before any hook runs. */
export const BARE_HEADERS = {
  'content-security-policy': Object.entries(NOTHING)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join(';'),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const TWO_YEARS_SECONDS = 63_072_000;

function options(publicUrl: string): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    crossOriginEmbedderPolicy: true,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: publicUrl.startsWith('https:') && { maxAge: TWO_YEARS_SECONDS, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
    // What browsers did with it was worse than what it kept away; a policy without scripts is better.
    xXssProtection: true,
  };
}

/** Has every answer say what a browser may do with it: nothing, unless its route says otherwise. */
export async function addSecurityHeaders(app: NestFastifyApplication, publicUrl: string): Promise<void> {
  await app.register(helmet, options(publicUrl));
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  server.addHook('onRequest', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const isDocs = /^\/docs(\/|$)/.test(request.routeOptions.url ?? '');
    if (isDocs) void reply.headers({ 'content-security-policy': docsPolicy(payload), 'cache-control': 'no-cache' });
    return payload;
  });
}

/** Of the one style element that Swagger UI's script makes itself. A test in a browser tells when another version makes another. */
const SWAGGER_STYLE = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

/**
 * Swagger UI is served with its scripts beside it. Its page has style elements, which are named by their digests, and React gives its
 * elements `style` attributes.
 */
function docsPolicy(payload: unknown): string {
  const page = typeof payload === 'string' ? payload : '';
  const styles = [...page.matchAll(/<style[^>]*>([^<]*)<\/style>/g)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src-elem 'self' ${[SWAGGER_STYLE, ...styles].join(' ')}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
