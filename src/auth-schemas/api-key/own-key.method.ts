import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Action } from '../../actions/index.js';
import {
  SignInMethods,
  type Begun,
  type Flow,
  type GrantedTokens,
  type MethodPage,
  type SignInMethod,
  type SignInWithAction,
  type TraceLog,
} from '../../oauth/index.js';
import { isHeaderValue } from '../static-headers.js';
import type { ApiKeySettings } from './api-key.settings.js';
import { KeyCheck, type KeyVerdict } from './key-check.js';

/** As long as a shared one can be. */
const MAX_KEY = 8192;

const CONTROL = /\p{Cc}/u;

const KEY = { name: 'api_key', label: 'Your API key', isSecret: true, isRequired: true };
const USERNAME = { name: 'username', label: 'User name', isSecret: false, isRequired: true };
/** May be empty: some APIs take a key for a user name and nothing else. */
const PASSWORD = { name: 'password', label: 'Password', isSecret: true, isRequired: false };

/** Each user gives a key of their own on the sign-in page, which becomes their connection (`per_user`). */
@Injectable()
export class OwnKeyMethod implements SignInMethod, OnModuleInit {
  readonly type = 'api_key';

  constructor(
    private readonly methods: SignInMethods,
    private readonly check: KeyCheck,
  ) {}

  onModuleInit(): void {
    this.methods.register(this);
  }

  page({ authSettings }: Action): MethodPage {
    const isPair = asksForPair(authSettings as unknown as ApiKeySettings);
    const what = isPair ? 'user name and password are' : 'key is';
    return {
      explanation: `Your ${what} kept encrypted and sent to that service alone.`,
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
    throw new Error('nobody is sent away for a key, so nobody comes back with one');
  }

  async grant({ given = '' }: Flow): Promise<GrantedTokens> {
    return { accessToken: given, tokenType: 'api_key' };
  }
}

const AGAIN: Record<Exclude<KeyVerdict, 'accepted'>, string> = {
  refused: 'The service did not accept this. Check it and try again.',
  unknown: 'The service could not be asked whether this is right. Try again in a moment.',
};

function asksForPair({ auth_type, location }: ApiKeySettings): boolean {
  return auth_type === 'basic' && location !== 'query';
}

/** What the user typed, as the schema sends it. Pasted keys often bring a line break along. */
function keyFrom(settings: ApiKeySettings, form: Record<string, string>): { given: string } | { again: string } {
  if (asksForPair(settings)) {
    const { username = '', password = '' } = form;
    if (username === '') return { again: 'Fill in your user name.' };
    if (username.includes(':')) return { again: 'A user name cannot have a colon.' };
    return { given: `${username}:${password}` };
  }
  const key = (form['api_key'] ?? '').trim();
  if (key === '') return { again: 'Fill in your key.' };
  const fits = key.length <= MAX_KEY && (settings.location === 'query' ? !CONTROL.test(key) : isHeaderValue(key));
  return fits ? { given: key } : { again: 'This does not look like a key: it has characters that no key has.' };
}
