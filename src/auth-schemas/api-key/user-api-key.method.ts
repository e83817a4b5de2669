import { Injectable } from '@nestjs/common';
import type { Action } from '../../actions/index.js';
import {
  type Flow,
  type MethodPage,
  type Prompt,
  type SignInMethod,
  type SignInWithAction,
  type StartedFlow,
} from '../../sign-ins/index.js';
import type { GrantedTokens } from '../../oauth/index.js';
import type { FormError } from '../../pages/index.js';
import type { TraceLog } from '../../traces/index.js';
import { HIDDEN } from '../../common/index.js';
import { cleanKey, cleanPassword, keyProblem, withoutBlanks } from '../pasted-credentials.js';
import type { ApiKeySettings } from './api-key.fields.js';
import { asksForPair, isSendableKey } from './user-key.js';
import { KeyCheck, type KeyVerdict } from './key-check.js';

const KEY: Prompt = { name: 'api_key', isSecret: true, isRequired: true };
const USERNAME: Prompt = { name: 'username', isSecret: false, isRequired: true };
/** May be empty: some APIs expect the key as the user name and no password. */
const PASSWORD: Prompt = { name: 'password', isSecret: true, isRequired: false };

/** Users enter their own key on the sign-in page, and it becomes their connection (`per_user`). */
@Injectable()
export class UserApiKeyMethod implements SignInMethod {
  constructor(private readonly check: KeyCheck) {}

  isUsedBy({ authSettings }: Action): boolean {
    return (authSettings as unknown as ApiKeySettings).per_user === true;
  }

  page({ authSettings }: Action): MethodPage {
    const settings = authSettings as unknown as ApiKeySettings;
    const isPair = asksForPair(settings);
    return {
      explanation: isPair ? 'password' : 'api_key',
      scopes: [],
      prompts: isPair ? [USERNAME, PASSWORD] : [KEY],
      help: { text: settings.help_text, url: settings.help_url },
    };
  }

  async start({ action }: SignInWithAction, form: Record<string, string>, log: TraceLog): Promise<StartedFlow> {
    const settings = action.authSettings as unknown as ApiKeySettings;
    const key = keyFrom(settings, form);
    if ('retry' in key) return key;
    const { check_operation: operationId } = settings;
    const verdict =
      operationId === undefined ? 'accepted' : await this.check.check(action, operationId, key.grant, log);
    return verdict === 'accepted' ? { flow: { context: null, grant: key.grant } } : { retry: RETRY[verdict] };
  }

  readCallback(): never {
    throw new Error('a sign-in with an API key has no callback');
  }

  async exchange({ grant = '' }: Flow): Promise<GrantedTokens> {
    return { accessToken: grant, tokenType: 'api_key' };
  }
}

const RETRY: Record<Exclude<KeyVerdict, 'accepted'>, FormError> = { rejected: 'not_accepted', unknown: 'not_checked' };

/** Returns the key as the schema sends it, without what pasting has added. */
function keyFrom(settings: ApiKeySettings, form: Record<string, string>): { grant: string } | { retry: FormError } {
  if (asksForPair(settings)) {
    const [username, password] = [withoutBlanks(form['username'] ?? ''), cleanPassword(form['password'] ?? '')];
    if (/\p{Cc}/u.test(username + password)) return { retry: 'not_a_key' };
    if (username === '') return { retry: 'no_username' };
    if (username.includes(':')) return { retry: 'colon_in_username' };
    return { grant: `${username}:${password}` };
  }
  const key = cleanKey(form['api_key'] ?? '', settings);
  if (key === '') return { retry: 'no_key' };
  const isPossible = keyProblem(key, settings) === undefined && isSendableKey(settings, key) && key !== HIDDEN;
  return isPossible ? { grant: key } : { retry: 'not_a_key' };
}
