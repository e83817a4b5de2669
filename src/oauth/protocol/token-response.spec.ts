import { describe, expect, it } from '@jest/globals';
import { TokenError } from './errors.js';
import { parseTokenResponse, type TokenPaths } from './token-response.js';

const NOW = new Date('2030-06-01T12:00:00Z');

const read = (body: unknown, { status = 200, ...paths }: TokenPaths & { status?: number } = {}) =>
  parseTokenResponse({ status, body: typeof body === 'string' ? body : JSON.stringify(body) }, NOW, paths);

/** Returns the error that parsing throws. */
function failure(body: unknown, options: TokenPaths & { status?: number } = {}): TokenError {
  try {
    read(body, options);
  } catch (error) {
    if (error instanceof TokenError) return error;
    throw error;
  }
  throw new Error('the response was accepted');
}

describe('a successful token response', () => {
  it('is parsed with all fields', () => {
    const body = {
      access_token: 'at',
      refresh_token: 'rt',
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'notes:read notes:write',
    };
    expect(read(body)).toEqual({
      accessToken: 'at',
      refreshToken: 'rt',
      tokenType: 'Bearer',
      expiresIn: 3600,
      scope: 'notes:read notes:write',
    });
  });

  it('provider quirk 1: is parsed from an unrequested form-encoded response', () => {
    expect(read('access_token=gho_16C7e42F&scope=repo%2Cgist&token_type=bearer&expires_in=28800')).toMatchObject({
      accessToken: 'gho_16C7e42F',
      scope: 'repo,gist',
      tokenType: 'bearer',
      expiresIn: 28_800,
    });
  });

  it.each([' \n{"access_token":"at"}\n', '\uFEFF{"access_token":"at"}'])(
    'provider quirk 2: is parsed according to its body: %j',
    (body) => {
      expect(read(body).accessToken).toBe('at');
    },
  );

  it('provider quirk 4: has an unknown lifetime if the provider states none', () => {
    expect(read({ access_token: 'at' }).expiresIn).toBeUndefined();
  });

  it('provider quirk 5: may have a lifetime in quotes, and has none if it is zero', () => {
    expect(read({ access_token: 'at', expires_in: '3600' }).expiresIn).toBe(3600);
    expect(read({ access_token: 'at', expires_in: 0 }).expiresIn).toBeUndefined();
  });

  it.each([
    ['/data', { data: { access_token: 'at', refresh_token: 'rt', expires_in: 60 } }],
    ['/authed_user', { ok: true, authed_user: { access_token: 'at', refresh_token: 'rt', expires_in: 60 } }],
    ['/a~1b/c~0d', { 'a/b': { 'c~d': { access_token: 'at', refresh_token: 'rt', expires_in: 60 } } }],
    ['/list/0', { list: [{ access_token: 'at', refresh_token: 'rt', expires_in: 60 }] }],
  ])('provider quirk 6: is found at the token_path %s', (token_path, body) => {
    expect(read(body, { token_path })).toMatchObject({ accessToken: 'at', refreshToken: 'rt', expiresIn: 60 });
  });

  it('provider quirk 6: is also found at the top level if the token_path is optional', () => {
    const paths = { token_path: '/authed_user', mayBeAtTop: true };
    expect(read({ access_token: 'user' }, paths).accessToken).toBe('user');
    expect(read({ access_token: 'bot', authed_user: { access_token: 'user' } }, paths).accessToken).toBe('user');
  });

  it('provider quirk 6: is not found outside of its token_path', () => {
    expect(failure({ access_token: 'bot', authed_user: {} }, { token_path: '/authed_user' }).code).toBe(
      'no_access_token',
    );
  });

  it.each(['Bearer', 'bearer', 'BEARER', 'basic', 'mac'])(
    'security rule C23, provider quirk 18: keeps the token type %s',
    (type) => {
      expect(read({ access_token: 'at', token_type: type }).tokenType).toBe(type);
    },
  );

  it('security rule C23, provider quirk 18: needs no token type', () => {
    expect(read({ access_token: 'at' }).tokenType).toBeUndefined();
    expect(read({ access_token: 'at', token_type: null }).tokenType).toBeUndefined();
  });

  it('security rule C22: may contain unknown fields', () => {
    const body = { access_token: 'at', id_token: 'x', error: null, authed_user: { access_token: 'other' }, team: [] };
    expect(read(body)).toEqual({ accessToken: 'at' });
  });

  it('security rule C22: may have any status', () => {
    expect(read({ access_token: 'at' }, { status: 201 }).accessToken).toBe('at');
  });

  it.each([
    ['every visible ASCII character', Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).join('')],
    ['Latin-1 letters', 'tökén-ÿ'],
    ['8 KB', 'x'.repeat(8192)],
    ['a JWT', 'eyJhbGciOiJub25lIn0.e30.'],
  ])('security rule C33, provider quirk 21: keeps a token unchanged: %s', (_, token) => {
    expect(read({ access_token: token, refresh_token: token })).toMatchObject({
      accessToken: token,
      refreshToken: token,
    });
  });

  it('security rule C33: may contain a number as its token, which keeps every digit', () => {
    expect(read({ access_token: 12_345 }).accessToken).toBe('12345');
    const body = '{"note":"\\"1e400","access_token":12345678901234567890,"refresh_token":0.10,"expires_in":3.6e3}';
    expect(read(body)).toMatchObject({
      accessToken: '12345678901234567890',
      refreshToken: '0.10',
      expiresIn: 3600,
    });
  });

  it('provider quirk 23: is found in an array', () => {
    expect(read([{ access_token: 'at', expires_in: 60 }])).toMatchObject({ accessToken: 'at', expiresIn: 60 });
    expect(read([{ id: 1 }, { access_token: 'at' }]).accessToken).toBe('at');
    expect(read([{ data: { access_token: 'at' } }], { token_path: '/data' }).accessToken).toBe('at');
    expect(read([{ access_token: 'at' }, { access_token: 'other' }], { token_path: '/1' }).accessToken).toBe('other');
  });

  it('provider quirk 23: is found in JSON that is encoded twice', () => {
    const inner = JSON.stringify({ access_token: 'at', refresh_token: 'rt' });
    expect(read(JSON.stringify(inner))).toMatchObject({ accessToken: 'at', refreshToken: 'rt' });
    expect(read({ data: inner }, { token_path: '/data' })).toMatchObject({ accessToken: 'at', refreshToken: 'rt' });
  });

  it.each([
    ['/data/apiToken', { data: { apiToken: 'at', refresh_token: 'rt', expires_in: 60 } }],
    ['/accessToken', { accessToken: 'at', refreshToken: 'rt', expiresIn: 60 }],
  ])('provider quirk 24: is found under another name at the token_path %s', (token_path, body) => {
    const { accessToken, refreshToken, expiresIn } = read(body, { token_path });
    expect(accessToken).toBe('at');
    expect({ refreshToken, expiresIn }).toEqual({ refreshToken: 'rt', expiresIn: 60 });
  });

  it('provider quirk 24: is found in a list of texts', () => {
    expect(read({ tokens: ['at'] }, { token_path: '/tokens/0' }).accessToken).toBe('at');
  });

  it('provider quirk 24: keeps a JWT at the token_path unchanged', () => {
    expect(read({ jwt: 'eyJhbGciOiJub25lIn0.e30.' }, { token_path: '/jwt' }).accessToken).toBe(
      'eyJhbGciOiJub25lIn0.e30.',
    );
  });

  it.each(['Bearer at', 'bearer at', 'BEARER  at'])('provider quirk 25: is without the scheme of "%s"', (token) => {
    expect(read({ access_token: token }).accessToken).toBe('at');
  });

  it.each<[object]>([
    [{ error: null }],
    [{ error: '' }],
    [{ error: false }],
    [{ error: 0 }],
    [{ error: {} }],
    [{ error: [] }],
    [{ ok: true }],
    [{ success: true, error: 'none' }],
    [{ error_description: null, error_uri: '' }],
  ])('is not an error with %j beside its token', (more) => {
    expect(read({ access_token: 'at', ...more }).accessToken).toBe('at');
  });

  it('is not an error if its error_path points to a success', () => {
    for (const code of [0, 200, 'OK', 'success']) {
      expect(read({ access_token: 'at', code }, { error_path: '/code' }).accessToken).toBe('at');
    }
  });

  it.each(['two\r\nX-Evil: 1', 'nul\0', 'tab\t', 'snow ☃', 'x'.repeat(16_385)])(
    'security rule C33: is rejected with a token that no header can contain',
    (token) => {
      const error = failure({ access_token: token });
      expect(error).toMatchObject({ kind: 'unreadable', code: 'invalid_token' });
      expect(error.message).not.toContain(token);
    },
  );
});

describe('an error response', () => {
  it.each<[string, object, TokenPaths]>([
    ['invalid_scope', { error: 'invalid_scope', access_token: 'at' }, {}],
    ['invalid_scope', { error: 'invalid_scope', data: { access_token: 'at' } }, { token_path: '/data' }],
    ['invalid_scope', { data: { error: 'invalid_scope', access_token: 'at' } }, { token_path: '/data' }],
    ['190', { error: { code: 190, message: 'no' }, access_token: 'at' }, {}],
    ['E12', { status: 'E12', access_token: 'at' }, { error_path: '/status' }],
  ])('provider quirk 26: is recognized beside a token: %s in %j', (code, body, paths) => {
    expect(failure(body, paths)).toMatchObject({ kind: 'refused', code });
  });

  it('provider quirk 26: is recognized beside a token by `ok: false`', () => {
    expect(() => read({ ok: false, access_token: 'at' })).toThrow(TokenError);
    expect(() => read({ success: false, access_token: 'at' })).toThrow(TokenError);
  });

  it.each([200, 400, 401, 403])('is recognized with status %i', (status) => {
    const error = failure({ error: 'invalid_grant', error_description: 'code expired' }, { status });
    expect(error).toMatchObject({ kind: 'refused', code: 'invalid_grant', isInvalidGrant: true });
    expect(error.message).toBe('the provider refused: invalid_grant (code expired)');
  });

  it('provider quirk 3: is parsed from a form with status 200', () => {
    const error = failure('error=bad_verification_code&error_description=The+code+is+incorrect.');
    expect(error).toMatchObject({ kind: 'refused', code: 'bad_verification_code', isInvalidGrant: false });
    expect(error.message).toContain('The code is incorrect.');
  });

  it('provider quirk 3: is parsed from `ok: false`', () => {
    expect(failure({ ok: false, error: 'invalid_client_id' }).code).toBe('invalid_client_id');
  });

  it('provider quirk 3: is parsed from an error object', () => {
    const body = { error: { code: 190, type: 'OAuthException', message: 'Invalid verification code' } };
    expect(failure(body, { status: 400 })).toMatchObject({
      code: '190',
      message: 'the provider refused: 190 (Invalid verification code)',
    });
  });

  it('provider quirk 6: is found at the error_path', () => {
    expect(failure({ meta: { code: 'denied' } }, { error_path: '/meta/code' }).code).toBe('denied');
    expect(failure({ error: 'other' }, { error_path: '/meta/code' }).code).toBe('no_access_token');
  });

  it('security rule C22: is recognized without a token, even beside fields of a successful response', () => {
    for (const token of ['', null, {}, [], true]) {
      expect(failure({ access_token: token, refresh_token: 'rt', expires_in: 3600 }).code).toBe('no_access_token');
    }
  });

  it('is reported in one short line, for any text of the provider', () => {
    const { message } = failure({
      error: 'invalid_request',
      error_description: `line\r\nnext\u001b[31m${'x'.repeat(999)}`,
    });
    expect([...message].filter((character) => character < ' ')).toEqual([]);
    expect(message.length).toBeLessThan(300);
  });

  it('is `invalid_grant` even with status 500', () => {
    expect(failure({ error: 'invalid_grant' }, { status: 500 }).isInvalidGrant).toBe(true);
  });

  it('does not reject the grant if it is empty', () => {
    expect(failure('', { status: 400 })).toMatchObject({ kind: 'unreadable', rejectsGrant: false });
  });

  it.each([{ error: 'bad_refresh_token' }, { status: 400, message: 'Invalid refresh token' }, { error: 'E1021' }])(
    'rejects the grant in the words of the provider: %j',
    (body) => {
      expect(failure(body, { status: 400 })).toMatchObject({ kind: 'refused', rejectsGrant: true });
    },
  );

  it.each([{ error: 'invalid_client' }, { error: 'invalid_scope' }, { error: 'invalid_request' }])(
    'does not reject the grant if it is about the client or the request: %j',
    (body) => {
      expect(failure(body, { status: 400 })).toMatchObject({ kind: 'refused', rejectsGrant: false });
    },
  );
});

describe('security rule C31: an error response is temporary', () => {
  it.each([408, 429, 500, 502, 503, 504])('with status %i', (status) => {
    for (const body of [
      { access_token: 'at', refresh_token: 'rt' },
      '',
      '<html>Bad gateway</html>',
      { error: 'temporarily_unavailable' },
      { error: 'server_error' },
    ]) {
      expect(failure(body, { status })).toMatchObject({ kind: 'unavailable', isInvalidGrant: false });
    }
  });
});

describe('provider quirk 20: a response that is not a token response', () => {
  it.each([
    [
      'a log-in page',
      200,
      '<!doctype html><title>Log in</title>',
      'the token URL answered with a web page (status 200)',
    ],
    ['a page after a line break', 404, '\n<html>', 'the token URL answered with a web page (status 404)'],
    ['nothing', 200, '', 'the token URL answered with an empty body (status 200)'],
    ['words', 200, 'Not here', 'the token URL answered with neither JSON nor a form (status 200)'],
    ['broken JSON', 200, '{"access_token":"secret-token', 'the token URL answered with broken JSON (status 200)'],
    ['a JSON string', 200, '"secret-token"', 'the token URL answered with neither JSON nor a form (status 200)'],
    ['a redirect', 307, '', 'the token URL redirects elsewhere (status 307)'],
    ['another redirect', 302, '<a href="/login">', 'the token URL redirects elsewhere (status 302)'],
  ])('is described by what it looks like: %s', (_, status, body, message) => {
    expect(failure(body, { status })).toMatchObject({ kind: 'unreadable', message });
  });

  it.each(['[]', '[1]', 'null', '42', '"{}', '"\\"{}\\""'])('is unreadable: %s', (body) => {
    expect(failure(body).kind).toBe('unreadable');
  });

  it('is not parsed as a form if only its beginning looks like one', () => {
    expect(failure('access_token=x <html>').kind).toBe('unreadable');
  });
});
