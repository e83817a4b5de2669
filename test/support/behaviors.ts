import type { Behavior } from './provider/behavior.js';

const FORM = 'application/x-www-form-urlencoded';
const HTML = 'text/html; charset=utf-8';

/** Characters that need encoding but are allowed in a header, about 8 KB in total. */
const LONG = `.~+/=%20&#?;é${'0123456789abcdef'.repeat(500)}`;

/** Behaviors of real authorization servers, by name. They can be combined. See `Behavior` for the fields. */
export const BEHAVIORS = {
  // Format of token responses
  'form-encoded responses': { tokenResponse: { contentType: FORM, body: '{{granted:form}}' } },
  'form-encoded responses as text/plain': { tokenResponse: { contentType: 'text/plain', body: '{{granted:form}}' } },
  'JSON as text/plain': { tokenResponse: { contentType: 'text/plain', body: '{{granted}}' } },
  'JSON as text/html': { tokenResponse: { contentType: HTML, body: '\n{{granted}}\n' } },
  'JSON as a form': { tokenResponse: { contentType: FORM, body: '{{granted}}' } },
  'tokens under data': { tokenResponse: { body: '{"data":{{granted}},"message":"success"}' } },
  'tokens under authed_user': {
    tokenResponse: { body: '{"ok":true,"access_token":"of-the-bot","authed_user":{{granted}}}' },
  },
  'tokens in an array': { tokenResponse: { body: '[{{granted}}]' } },
  'tokens in JSON that is encoded twice': { tokenResponse: { body: '"{{granted:json}}"' } },
  'tokens in JSON in a field': { tokenResponse: { body: '{"status":"ok","data":"{{granted:json}}"}' } },
  'tokens called apiToken': {
    tokenResponse: {
      body: '{"data":{"apiToken":"{{granted.access_token:json}}","refresh_token":"{{granted.refresh_token:json}}","expires_in":3600}}',
    },
  },
  'tokens with their scheme': {
    tokenResponse: {
      body: '{"access_token":"Bearer {{granted.access_token:json}}","refresh_token":"{{granted.refresh_token:json}}","expires_in":3600}',
    },
  },
  'an error beside the token': {
    tokenResponse: { body: '{"access_token":"{{granted.access_token:json}}","error":"consent_missing"}' },
  },
  'tokens with status 503': { tokenResponse: { status: 503, body: '{{granted}}' } },
  'token_type missing': { extra: { token_type: undefined } },
  'token_type Bearer': { extra: { token_type: 'Bearer' } },
  'token_type BEARER': { extra: { token_type: 'BEARER' } },
  'token_type basic': { extra: { token_type: 'basic' } },
  'a narrower scope': { extra: { scope: 'notes:read' } },

  // Token lifetimes
  'no expires_in': { expiresIn: null },
  'expires_in as a string': { expiresIn: '3600' },
  'expires_in 0': { expiresIn: 0 },
  'expires_in negative': { expiresIn: -1 },
  'expires_in in milliseconds': { expiresIn: 7_776_000_000 },
  'expires_in as a date': { expiresIn: '2031-02-03T04:05:06Z' },
  'a clock that is an hour behind': { clockAheadSeconds: -3600 },

  // Refreshes
  rotates: { rotates: true },
  'reuse ends the grant': { reuseEndsGrant: true },
  'no refresh token': { issuesRefreshTokens: false },
  'access tokens are exchanged': { exchangeGrant: 'fb_exchange_token', expiresIn: 5_184_000 },
  'a separate refresh URL': { refreshPath: '/renew' },

  // Requirements on requests
  'only Basic authentication': { authentication: ['client_secret_basic'] },
  'only credentials in the body': { authentication: ['client_secret_post'] },
  'Basic pairs are not decoded': { authentication: ['client_secret_basic'], comparesRawPairs: true },
  'token requests by GET': { tokenMethod: 'GET' },
  'an additional header': { wantedHeaders: { 'x-app-key': 'app-key-canary' } },
  'scope in token requests': {
    wantedTokenParams: {
      authorization_code: { scope: 'notes:read notes:write' },
      refresh_token: { scope: 'notes:read' },
    },
  },
  'only JSON requests': { contentType: 'application/json' },
  'scopes by comma': { scopeSeparator: ',' },
  'scopes by plus': { scopeSeparator: '+' },
  'scopes by space': { scopeSeparator: ' ' },
  'empty scope refused': { refusesEmptyScope: true },
  'PKCE required': { pkce: 'required' },
  'PKCE refused': { pkce: 'refused' },
  'PKCE refused at the token endpoint': { pkce: 'refused at the token endpoint' },
  'offline access by parameter': { wantedParams: { access_type: 'offline', prompt: 'consent' } },
  'a tenant in the query': { wantedParams: { tenant: 'a b', v: '2' } },

  // Failures
  'error with status 200': {
    tokenResponse: {
      body: '{"error":"bad_verification_code","error_description":"The code is incorrect or expired."}',
    },
  },
  'error with status 200 as a form': {
    tokenResponse: { contentType: FORM, body: 'error=bad_verification_code&error_description=The+code+is+incorrect.' },
  },
  'ok: false': { tokenResponse: { body: '{"ok":false,"error":"invalid_code"}' } },
  'log-in page': { tokenResponse: { contentType: HTML, body: '<!doctype html><title>Log in</title><form></form>' } },
  'redirect 302': { tokenResponse: { status: 302, headers: { location: 'https://www.example.com/login' }, body: '' } },
  'redirect 307': { tokenResponse: { status: 307, headers: { location: 'https://www.example.com/token' }, body: '' } },
  'service unavailable': { tokenResponse: { status: 503, contentType: HTML, body: '<h1>Service unavailable</h1>' } },

  'code validated before the client': { validatesCodeFirst: true },

  // Redirects to the callback
  'state dropped': { redirectWith: { state: '' } },
  'state changed': { redirectWith: { state: '{{state}}%00' } },
  'access denied': { redirectWith: { code: '', error: 'access_denied', error_description: 'The user said no.' } },
  'denied, as LinkedIn calls it': {
    redirectWith: {
      code: '',
      error: 'user_cancelled_login',
      error_description: 'The user cancelled the LinkedIn login',
    },
  },
  'denied, as Facebook calls it': {
    redirectWith: { code: '', error: 'access_denied', error_code: '200', error_reason: 'user_denied' },
  },
  'denied, as Microsoft calls it': {
    redirectWith: { code: '', error: 'invalid_request', error_description: 'AADSTS65004: User declined to consent.' },
  },
  'denied, as LemonLDAP::NG calls it': { redirectWith: { code: '', error: 'consent_required' } },
  'denied, in words of its own': { redirectWith: { code: '', error: 'Authorization-Declined' } },
  'denied, without an error': { redirectWith: { code: '', denied: '1' } },
  'denied, with only a reason': { redirectWith: { code: '', error_reason: 'user_cancelled', error_code: '200' } },
  'access denied, without state': { redirectWith: { code: '', state: '', error: 'access_denied' } },
  'server_error at the callback': { redirectWith: { code: '', error: 'server_error' } },
  'neither code nor error': { redirectWith: { code: '' } },
  'a token in the fragment': {
    redirectWith: { code: '' },
    redirectFragment: 'access_token=access-implicit&token_type=bearer&expires_in=3600',
  },
  'long codes and tokens': { padding: LONG },
  iss: { redirectWith: { iss: '{{issuer}}' } },
  'iss with a slash at its end': { redirectWith: { iss: '{{issuer}}/' } },
  'iss of another server': { redirectWith: { iss: 'https://evil.example.com' } },
  'iss advertised': { metadata: { authorization_response_iss_parameter_supported: true } },

  // Responses that repeat received or issued secrets
  'echo in an error_description': {
    tokenResponse: {
      status: 400,
      body: '{"error":"invalid_grant","error_description":"{{sent.code:json}} {{sent.client_secret:json}} {{sent.code_verifier}} {{sent.refresh_token:json}} {{granted.access_token:json}} {{granted.refresh_token:json}}"}',
    },
  },
  'echo as the error': {
    tokenResponse: { status: 400, body: '{"error":"{{granted.access_token:json}}","error_uri":"{{sent.code:json}}"}' },
  },
  'echo in a web page': {
    tokenResponse: {
      status: 500,
      contentType: HTML,
      body: '<pre>code={{sent.code}} secret={{sent.client_secret}} {{sent.authorization}} <b>{{granted}}</b></pre>',
    },
  },
  'echo in headers': {
    tokenResponse: {
      status: 401,
      headers: {
        'www-authenticate': 'Bearer error="{{granted.access_token}}", error_description="{{sent.code}}"',
        location: 'https://example.com/?code={{sent.code:percent}}&access_token={{granted.access_token:percent}}',
        'set-cookie': 'session={{granted.refresh_token:percent}}',
        'x-debug': '{{sent.client_secret}}',
      },
      body: '{"error":"invalid_client"}',
    },
  },
  'echo in nested JSON': {
    tokenResponse: {
      status: 400,
      body: '{"error":{"code":"{{sent.code:json}}","message":"{{sent.client_secret}}","details":[{"request":{"token":"{{granted.access_token:json}}"}}]},"data":{"refresh_token":"{{granted.refresh_token:json}}"}}',
    },
  },
  'echo percent-encoded': {
    tokenResponse: {
      status: 400,
      contentType: FORM,
      body: 'error=invalid_grant&error_description={{sent.code:percent_all}}%20{{granted.access_token:percent_all}}&error_uri=https%3A%2F%2Fexample.com%2F%3F{{sent.client_secret:percent_all}}',
    },
  },
  'echo in base64': {
    tokenResponse: {
      status: 400,
      body: '{"error":"invalid_grant","error_description":"{{sent.code:base64}} {{sent.client_secret:base64}} {{granted:base64}} {{granted.refresh_token:base64}}"}',
    },
  },
  'echo at the callback': {
    redirectWith: {
      code: '',
      error: 'server_error',
      error_description: 'could not redeem {{code}} of {{state}}',
      error_uri: 'https://example.com/?code={{code}}&state={{state}}',
    },
  },
  'echo as the error at the callback': { redirectWith: { code: '', error: '{{code}}' } },
  'echo beside the code': { redirectWith: { session_state: '{{code}}', next: 'https://example.com/?code={{code}}' } },
  'echo in odd members of a good response': {
    tokenResponse: {
      body: '{"access_token":"{{granted.access_token:json}}","refresh_token":"{{granted.refresh_token:json}}","token_type":"bearer","expires_in":3600,"id_token":"{{granted:base64}}","user":{"email":"{{sent.client_secret}}"}}',
    },
  },
} satisfies Record<string, Behavior>;

export type BehaviorName = keyof typeof BEHAVIORS;

/** Combines behaviors: a later one overrides an earlier one, except that object fields are merged. */
export function compose(behaviors: readonly Behavior[]): Behavior {
  return behaviors.reduce(
    (all, each) => ({
      ...all,
      ...each,
      ...(each.extra && { extra: { ...all.extra, ...each.extra } }),
      ...(each.wantedParams && { wantedParams: { ...all.wantedParams, ...each.wantedParams } }),
      ...(each.redirectWith && { redirectWith: { ...all.redirectWith, ...each.redirectWith } }),
      ...(each.metadata && { metadata: { ...all.metadata, ...each.metadata } }),
    }),
    {},
  );
}
