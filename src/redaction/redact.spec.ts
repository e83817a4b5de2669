import { describe, expect, it } from '@jest/globals';
import type { Headers } from './headers.js';
import { redactResponse, redactRequest } from './redact.js';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const CALLBACK = 'https://cs.example.com/aip/g-3vq8cm2xk5dn7r9wyb4tz6ha5e/oauth/callback';

/** Returns the redacted body of a response to a request with these secrets. */
function redactedBody(body: unknown, secrets: string[] = []): string {
  const redacted = redactResponse(
    { status: 200, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) },
    secrets,
  );
  return 'body' in redacted ? redacted.body : '';
}

const redactedUrl = (url: string, secrets: string[] = []) => redactRequest({ method: 'GET', url }, secrets).line;

const redactedRequestBody = (body: string, secrets: string[] = []) =>
  redactRequest({ method: 'POST', url: 'https://auth.example.com/token', body }, secrets).body;

function redactedHeaders(headers: Headers, secrets: string[] = []) {
  const redacted = redactResponse({ status: 200, headers, body: '' }, secrets);
  return 'headers' in redacted ? redacted.headers : {};
}

describe('authorization request', () => {
  it('shows the request parameters, and hides state and challenge', () => {
    const url = `https://auth.example.com/authorize?response_type=code&client_id=notes-1&redirect_uri=${encodeURIComponent(CALLBACK)}&scope=notes%3Aread+notes%3Awrite&state=s3cr3t&code_challenge=ch4ll3ng3&code_challenge_method=S256&access_type=offline&prompt=consent&audience=https%3A%2F%2Fapi.example.com`;
    expect(redactedUrl(url)).toBe(
      `GET https://auth.example.com/authorize?response_type=code&client_id=notes-1&redirect_uri=${encodeURIComponent(CALLBACK)}&scope=notes%3Aread+notes%3Awrite&state=[HIDDEN]&code_challenge=[HIDDEN]&code_challenge_method=S256&access_type=offline&prompt=consent&audience=https%3A%2F%2Fapi.example.com`,
    );
  });

  it.each([
    ['a client id', 'client_id', '407408718192-abc123def456abc123def456abc123de.apps.googleusercontent.com'],
    ['a scope in mixed case', 'scope', 'https://graph.microsoft.com/Calendars.ReadWrite.Shared'],
    ['a redirect URI', 'redirect_uri', CALLBACK],
  ])('shows a long value: %s', (_, name, value) => {
    expect(redactedUrl(`https://auth.example.com/a?${name}=${encodeURIComponent(value)}`)).toContain(
      `${name}=${encodeURIComponent(value)}`,
    );
  });

  it('shows the tenant in a path', () => {
    const url = 'https://login.microsoftonline.com/6731de76-14a6-49ae-97bc-6eba6914391e/oauth2/v2.0/token';
    expect(redactedUrl(url)).toBe(`GET ${url}`);
  });

  it('hides the values of unknown parameters, and names that look like tokens', () => {
    expect(redactedUrl('https://auth.example.com/a?login_hint=jo%40example.com&hd=acme&x=1&only-a-secret')).toBe(
      'GET https://auth.example.com/a?login_hint=[HIDDEN]&hd=[HIDDEN]&x=[HIDDEN]&[HIDDEN]',
    );
    expect(redactedUrl(`https://auth.example.com/a?${JWT}=1&prompt=`)).toBe(
      'GET https://auth.example.com/a?[HIDDEN]=[HIDDEN]&prompt=',
    );
  });

  it.each([
    ['a user in the authority', 'https://user:pass@h.example/a', 'https://[HIDDEN]@h.example/a'],
    ['a fragment', 'https://h.example/a#access_token=x', 'https://h.example/a#[HIDDEN]'],
    ['a session in the path', 'https://h.example/a;jsessionid=0F1/b', 'https://h.example/a;[HIDDEN]/b'],
    [
      'a sign-in link',
      'https://h.example/signin/Yc0gHcVpG6fWcQ3fLr8qV1yNw2mJkXz7sT5uA9bD4eE',
      'https://h.example/signin/[HIDDEN]',
    ],
    ['nothing in text that is not a URL', 'no url: at all', 'no url: at all'],
    ['nothing in an empty URL', '', ''],
  ])('hides %s', (_, url, kept) => {
    expect(redactedUrl(url)).toBe(`GET ${kept}`);
  });

  it('hides known secrets in values that are shown', () => {
    expect(redactedUrl('https://h.example/canary-1?scope=a+canary-1&prompt=canary%2D1', ['canary-1'])).toBe(
      'GET https://h.example/[HIDDEN]?scope=a%20[HIDDEN]&prompt=[HIDDEN]',
    );
  });
});

describe('callback', () => {
  it("shows the provider's error, and hides code and state", () => {
    const query = `code=c0de&state=st4te&iss=https%3A%2F%2Fauth.example.com&error=access_denied&error_description=The+user+denied+access`;
    expect(redactedUrl(`${CALLBACK}?${query}`)).toBe(
      `GET ${CALLBACK}?code=[HIDDEN]&state=[HIDDEN]&iss=https%3A%2F%2Fauth.example.com&error=access_denied&error_description=The+user+denied+access`,
    );
  });
});

describe('token request', () => {
  const form =
    'grant_type=authorization_code&client_id=notes&client_secret=s&code=c&code_verifier=v&redirect_uri=https%3A%2F%2Fa.example%2Fb';

  it('shows the grant type, and hides secret, code and verifier', () => {
    expect(redactedRequestBody(form)).toBe(
      'grant_type=authorization_code&client_id=notes&client_secret=[HIDDEN]&code=[HIDDEN]&code_verifier=[HIDDEN]&redirect_uri=https%3A%2F%2Fa.example%2Fb',
    );
    expect(redactedRequestBody(JSON.stringify(Object.fromEntries(new URLSearchParams(form))))).toBe(
      '{"grant_type":"authorization_code","client_id":"notes","client_secret":"[HIDDEN]","code":"[HIDDEN]","code_verifier":"[HIDDEN]","redirect_uri":"https://a.example/b"}',
    );
  });

  it.each([
    ['Basic bm90ZXM6c2VjcmV0', 'Basic [HIDDEN]'],
    ['bearer abc', 'bearer [HIDDEN]'],
    ['abcdef', '[HIDDEN]'],
    ['Custom abc', '[HIDDEN]'],
  ])('hides the credentials in the Authorization header: %s', (authorization, kept) => {
    const headers = { Authorization: authorization, accept: 'application/json', cookie: 'a=b', 'x-key': 'k' };
    expect(redactRequest({ method: 'POST', url: 'https://h.example', headers }, []).headers).toEqual({
      authorization: kept,
      accept: 'application/json',
    });
  });
});

describe('response headers', () => {
  it('shows useful headers', () => {
    const headers = {
      'Content-Type': 'text/html; charset=utf-8',
      Date: 'Tue, 15 Nov 1994 08:12:31 GMT',
      'retry-after': '30',
      server: 'cloudflare',
      'cache-control': 'no-store, max-age=0',
      'x-request-id': '6731de76-14a6-49ae-97bc-6eba6914391e',
      'content-length': '12',
    };
    expect(redactedHeaders(headers)).toEqual(
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    );
  });

  it('omits headers that may contain anything', () => {
    expect(
      redactedHeaders({ 'set-cookie': ['a=b', 'c=d'], 'x-auth-token': 'abc', 'x-echo': 'abc', via: undefined }),
    ).toEqual({});
  });

  it.each([
    ['/login?next=%2Ftoken&session=abc', '/login?next=[HIDDEN]&session=[HIDDEN]'],
    ['https://u:p@h.example/x?error=e#access_token=t', 'https://[HIDDEN]@h.example/x?error=e#[HIDDEN]'],
    ['https://h.example/s/0123456789abcdef0123/y', 'https://h.example/s/[HIDDEN]/y'],
  ])('shows the target of a redirect without its secrets: %s', (location, kept) => {
    expect(redactedHeaders({ location })).toEqual({ location: kept });
  });

  it('shows the parameters of a challenge (RFC 6750, section 3)', () => {
    const value = `Basic realm="Notes", Bearer error="invalid_token", error_description="The token \\"${JWT}\\" is old", nonce="abc", scope="a b"`;
    expect(redactedHeaders({ 'www-authenticate': value })).toEqual({
      'www-authenticate':
        'Basic realm="Notes" Bearer error="invalid_token" error_description="The token \\"[HIDDEN]\\" is old" scope="a b"',
    });
    expect(redactedHeaders({ 'www-authenticate': 'Negotiate YIIJvwYGKwYBBQUCoIIJszCCCa' })).toEqual({
      'www-authenticate': 'Negotiate',
    });
  });

  it('hides known secrets and text that looks like a token', () => {
    const headers = { server: `x canary-1 ${JWT}`, 'x-request-id': JWT, 'request-id': 'canary-1' };
    expect(redactedHeaders(headers, ['canary-1'])).toEqual({
      server: 'x [HIDDEN] [HIDDEN]',
      'x-request-id': '[HIDDEN]',
      'request-id': '[HIDDEN]',
    });
  });
});

describe('token response', () => {
  it('shows type, lifetime and scope, and hides every token', () => {
    const body = {
      access_token: 'at',
      refresh_token: 'rt',
      id_token: JWT,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token_expires_in: '15552000',
      scope: 'notes:read notes:write',
      ok: true,
      authed_user: { id: 'U1', access_token: 'xoxp', scope: ['a', 'b'] },
      nothing: null,
    };
    expect(JSON.parse(redactedBody(body))).toEqual({
      access_token: '[HIDDEN]',
      refresh_token: '[HIDDEN]',
      id_token: '[HIDDEN]',
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token_expires_in: '15552000',
      scope: 'notes:read notes:write',
      ok: true,
      authed_user: { id: '[HIDDEN]', access_token: '[HIDDEN]', scope: ['a', 'b'] },
      nothing: null,
    });
    expect(redactedBody('access_token=gho_16C7&scope=repo%2Cgist&token_type=bearer')).toBe(
      'access_token=[HIDDEN]&scope=repo%2Cgist&token_type=bearer',
    );
  });

  it('hides tokens that are numbers, and shows small numbers', () => {
    expect(redactedBody({ access_token: 12_345, user: 123_456_789, count: 42, expires_in: 1_893_456_000 })).toBe(
      '{"access_token":"[HIDDEN]","user":"[HIDDEN]","count":42,"expires_in":1893456000}',
    );
    expect(redactedBody('123456789')).toBe('"[HIDDEN]"');
  });

  it('hides field names that look like tokens', () => {
    expect(redactedBody({ tokens: { gho_16C7e42F292c6912E77: { a: 'b' } }, QwErTyUiOpAsDfGhJkLz: 1 })).toBe(
      '{"tokens":{"[HIDDEN]":1}}'.replace('1', '{"a":"[HIDDEN]"}').replace('}}}', '}},"[HIDDEN]":1}'),
    );
  });

  it.each([
    ['a token as text', 'abcdef12', '[HIDDEN]'],
    ['a JSON string', '"abcdef12"', '"[HIDDEN]"'],
    ['truncated JSON', '{"access_token":"abc","jwt":"de', '{"access_token":"[HIDDEN]","jwt":"[HIDDEN]"'],
    ['XML', '<r><access_token>abc</access_token></r>', '<r><access_token>[HIDDEN]</access_token></r>'],
    ['several lines', 'ok\ntoken: abc', 'ok token: [HIDDEN]'],
    ['an empty body', '', ''],
    ['a sentence', 'bad code: 4/0Ab-c2', 'bad code: [HIDDEN]'],
    ['a sentence with an error code', 'failed with code: 190', 'failed with code: 190'],
    ['a word', 'Unauthorized', 'Unauthorized'],
  ])('hides the token in %s, and nothing else', (_, body, kept) => {
    expect(redactedBody(body)).toBe(kept);
  });
});

describe('error response', () => {
  it.each([
    ['{"error":"invalid_client","error_description":"Client authentication failed."}'],
    ['{"ok":false,"error":"bad_redirect_uri"}'],
    ['{"error":{"message":"Invalid verification code","type":"OAuthException","code":100,"error_subcode":36009}}'],
    ['{"object":"error","status":400,"code":"validation_error","message":"body failed validation"}'],
    ['{"errorCode":"E0000011","errorSummary":"Invalid token provided"}'],
    ['error=bad_verification_code&error_description=The+code+passed+is+incorrect+or+expired.'],
    ['{"errors":[{"code":"not_found","message":"no"},{"code":"190"},{"code":"AADSTS50011"}]}'],
  ])('shows the error: %s', (body) => {
    expect(redactedBody(body)).toBe(body);
  });

  it('shows redirect URIs, and hides trace ids and email addresses', () => {
    const description = `AADSTS50011: The redirect URI '${CALLBACK.replace('g-3vq8cm2xk5dn7r9wyb4tz6ha5e', 'x')}' does not match for jo@example.com. Trace ID: 6731de76-14a6-49ae-97bc-6eba6914391e\r\nTimestamp: 2030-01-01`;
    expect(JSON.parse(redactedBody({ error: 'invalid_request', error_description: description }))).toEqual({
      error: 'invalid_request',
      error_description:
        "AADSTS50011: The redirect URI 'https://cs.example.com/aip/x/oauth/callback' does not match for [HIDDEN]. Trace ID: [HIDDEN] Timestamp: 2030-01-01",
    });
  });

  it.each([
    ['without an error', { code: 'abcdef' }, '{"code":"[HIDDEN]"}'],
    ['that is not a word', { error: 'e', code: '4a5b6c' }, '{"error":"e","code":"[HIDDEN]"}'],
    ['that mixes letters and digits', { error: 'e', code: 'abcd12' }, '{"error":"e","code":"[HIDDEN]"}'],
    ['with many digits', { error: 'e', code: 'code_12345678' }, '{"error":"e","code":"[HIDDEN]"}'],
    [
      'next to a token',
      { message: 'm', access_token: 'a', code: 'abc' },
      '{"message":"m","access_token":"[HIDDEN]","code":"[HIDDEN]"}',
    ],
    ['that is a number, without an error', { code: 1234 }, '{"code":"[HIDDEN]"}'],
  ])('hides a code %s', (_, body, kept) => {
    expect(redactedBody(body)).toBe(kept);
  });

  it('hides long words with digits or in mixed case', () => {
    const words = {
      error: 'NotAuthorizedException',
      message: 'abcdefghijklmnopqrst12345',
      title: 'aBcDeFgHiJkLmNoPqRsTu',
    };
    expect(JSON.parse(redactedBody(words))).toEqual({
      error: 'NotAuthorizedException',
      message: '[HIDDEN]',
      title: '[HIDDEN]',
    });
  });

  it('hides secrets that the error echoes', () => {
    const body = {
      error: 'invalid_grant',
      error_description: `The code ${'4/0AX4XfWh'.repeat(3)} or canary-1 with token=abc&client_secret: def is bad`,
      state: 'abc',
    };
    expect(JSON.parse(redactedBody(body, ['canary-1']))).toEqual({
      error: 'invalid_grant',
      error_description: 'The code [HIDDEN] or [HIDDEN] with token=[HIDDEN]&client_secret: [HIDDEN] is bad',
      state: '[HIDDEN]',
    });
  });
});

describe('web page', () => {
  const page = `<!doctype html><html><head><title>Log in</title><meta name="csrf" content="abc">
    <script>var token = "abc";</script></head><body><form action="/login?next=1&amp;sid=abc">
    <input name="csrf_token" value='abc'><a href="https://h.example/a?x=1">Help for jo@example.com</a>${JWT}</body></html>`;

  it('shows the markup without scripts, form values and tokens', () => {
    expect(redactedBody(page)).toBe(
      '<!doctype html><html><head><title>Log in</title><meta name="csrf" content="[HIDDEN]"> <script>…</script></head><body><form action="/login?next=[HIDDEN]&amp;sid=[HIDDEN]"> <input name="csrf_token" value="[HIDDEN]"><a href="https://h.example/a?x=[HIDDEN]">Help for [HIDDEN]</a>[HIDDEN]</body></html>',
    );
  });

  it('truncates a long page with a note', () => {
    const redacted = redactedBody(`<p>${'word '.repeat(1000)}</p>`);
    expect(redacted).toMatch(/ … \(3007 more characters\)$/);
    expect(redacted.length).toBeLessThan(2040);
  });
});

describe('large JSON', () => {
  it('limits the depth and the number of fields', () => {
    const deep = JSON.parse('{"a":'.repeat(50) + '1' + '}'.repeat(50)) as object;
    expect(redactedBody(deep)).toBe('{"a":{"a":{"a":{"a":{"a":{"a":"…"}}}}}}');
    const wide = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, 1]));
    expect(Object.keys(JSON.parse(redactedBody(wide)) as object)).toHaveLength(80);
  });
});

describe('encoded secret', () => {
  const secret = 'can"ary/1 é';

  it.each([
    [
      'as JSON with escapes',
      [...secret].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
    ['as a URL, every character', [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['as a URL, twice', encodeURIComponent(encodeURIComponent(secret))],
    ['as HTML of JSON with escapes', '&#92;u0063an&#92;&quot;ary/1 &#92;u00e9'],
    ['as HTML', secret.replace('"', '&quot;').replace('é', '&#233;')],
    ['as HTML, in hexadecimal', [...secret].map((char) => `&#x${char.charCodeAt(0).toString(16)};`).join('')],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in Basic credentials', Buffer.from(`user:${secret}`).toString('base64')],
    ['in base64 after other letters', `ab${Buffer.from(`u:${secret}`).toString('base64url')}`],
  ])('hides the secret %s', (_, encoded) => {
    const redacted = redactedBody(`<p>it was ${encoded} that came</p>`, [secret]);
    expect(redacted).toContain('[HIDDEN]');
    expect(redacted).toMatch(/^<p>it was \w{0,6}\[HIDDEN\]=* that came<\/p>$/);
  });
});
