import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

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

function helmetOptions(publicUrl: string): HelmetOptions {
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
export function addSecurityHeaders(server: FastifyInstance, publicUrl: string): void {
  const headers = { ...helmetHeaders(helmetOptions(publicUrl)), 'cache-control': 'no-store' };
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    const { url = '' } = request.routeOptions;
    if (url.startsWith('/docs') && /^\/docs(\/(?!.*\.md$)|$)/.test(url))
      void reply.headers({ 'content-security-policy': swaggerPolicy(payload), 'cache-control': 'no-cache' });
    done(null, payload);
  });
}

/** Runs Helmet once: without policies that are functions, its headers are the same for every response. */
function helmetHeaders(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(options)({} as never, response as never, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  return headers;
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
