import { Injectable } from '@nestjs/common';
import type { Action } from '../../actions/index.js';
import {
  type Begun,
  type Flow,
  type MethodPage,
  type Prompt,
  type SignInMethod,
  type SignInWithAction,
} from '../../sign-ins/index.js';
import type { GrantedTokens } from '../../oauth/index.js';
import type { Mistake } from '../../pages/index.js';
import type { TraceLog } from '../../traces/index.js';
import { isHeaderValue } from '../../credentials/index.js';
import type { ApiKeySettings } from './api-key.fields.js';
import { KeyCheck, type KeyVerdict } from './key-check.js';

/** As long as a shared one can be. */
const MAX_KEY = 8192;

const CONTROL = /\p{Cc}/u;

const KEY: Prompt = { name: 'api_key', isSecret: true, isRequired: true };
const USERNAME: Prompt = { name: 'username', isSecret: false, isRequired: true };
/** May be empty: some APIs take a key for a user name and nothing else. */
const PASSWORD: Prompt = { name: 'password', isSecret: true, isRequired: false };

/** Each user gives a key of their own on the sign-in page, which becomes their connection (`per_user`). */
@Injectable()
export class UserApiKeyMethod implements SignInMethod {
  constructor(private readonly check: KeyCheck) {}

  serves({ authSettings }: Action): boolean {
    return (authSettings as unknown as ApiKeySettings).per_user === true;
  }

  page({ authSettings }: Action): MethodPage {
    const isPair = asksForPair(authSettings as unknown as ApiKeySettings);
    return {
      explanation: isPair ? 'own_password' : 'own_key',
      scopes: [],
      prompts: isPair ? [USERNAME, PASSWORD] : [KEY],
    };
  }

  async begin({ action }: SignInWithAction, form: Record<string, string>, log: TraceLog): Promise<Begun> {
    const settings = action.authSettings as unknown as ApiKeySettings;
    const key = keyFrom(settings, form);
    if ('again' in key) return key;
    const { check_operation: operationId } = settings;
    const verdict =
      operationId === undefined ? 'accepted' : await this.check.check(action, operationId, key.given, log);
    return verdict === 'accepted' ? { flow: { memory: null, given: key.given } } : { again: AGAIN[verdict] };
  }

  receive(): never {
    throw new Error('a sign-in with an API key has no callback');
  }

  async grant({ given = '' }: Flow): Promise<GrantedTokens> {
    return { accessToken: given, tokenType: 'api_key' };
  }
}

const AGAIN: Record<Exclude<KeyVerdict, 'accepted'>, Mistake> = { refused: 'not_accepted', unknown: 'not_checked' };

function asksForPair({ auth_type, location }: ApiKeySettings): boolean {
  return auth_type === 'basic' && location !== 'query';
}

/** What the user typed, as the schema sends it. Pasted keys often bring a line break along. */
function keyFrom(settings: ApiKeySettings, form: Record<string, string>): { given: string } | { again: Mistake } {
  if (asksForPair(settings)) {
    const { username = '', password = '' } = form;
    if (username === '') return { again: 'no_user_name' };
    if (username.includes(':')) return { again: 'colon_in_user_name' };
    return { given: `${username}:${password}` };
  }
  const key = (form['api_key'] ?? '').trim();
  if (key === '') return { again: 'no_key' };
  const fits = key.length <= MAX_KEY && (settings.location === 'query' ? !CONTROL.test(key) : isHeaderValue(key));
  return fits ? { given: key } : { again: 'not_a_key' };
}
