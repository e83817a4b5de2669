import { createHash } from 'node:crypto';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

/** The content security policy of every API response: nothing may be loaded, framed or submitted. Pages set their own. */
const DENY_ALL = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Security headers for responses that are sent before any hook runs. */
export const MINIMAL_SECURITY_HEADERS = {
  'content-security-policy': Object.entries(DENY_ALL)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join(';'),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const TWO_YEARS_SECONDS = 63_072_000;

function helmetOptions(publicUrl: string): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: { useDefaults: false, directives: DENY_ALL },
    crossOriginEmbedderPolicy: true,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: publicUrl.startsWith('https:') && { maxAge: TWO_YEARS_SECONDS, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
    // Sends `X-XSS-Protection: 0`. The browsers' filters opened holes of their own; the content security policy replaces them.
    xXssProtection: true,
  };
}

/** Adds security headers to every response. Routes that serve pages override them. */
export async function addSecurityHeaders(app: NestFastifyApplication, publicUrl: string): Promise<void> {
  await app.register(helmet, helmetOptions(publicUrl));
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  server.addHook('onRequest', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const isSwagger = /^\/docs(\/(?!.*\.md$)|$)/.test(request.routeOptions.url ?? '');
    if (isSwagger)
      void reply.headers({ 'content-security-policy': swaggerPolicy(payload), 'cache-control': 'no-cache' });
    return payload;
  });
}

/** Digest of the style element that Swagger UI's script creates. A browser test fails when a new version changes it. */
const SWAGGER_STYLE = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

/**
 * Returns the content security policy of Swagger UI: its own scripts, the page's style elements by digest, and the `style`
 * attributes that React sets.
 */
function swaggerPolicy(payload: unknown): string {
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
