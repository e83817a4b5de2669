import type { Provider, Type } from '@nestjs/common';
import type { AuthSchemaDefinition } from '../auth-registry/index.js';
import type { CredentialStrategy } from '../credentials/index.js';
import type { SignInMethod } from '../sign-ins/index.js';

/** The parts of an authentication schema. Its registration is one such object. */
export interface AuthSchema {
  /** The fields that clients configure. */
  definition: Type<AuthSchemaDefinition>;
  /** Enforces the schema on each call. */
  strategy: Type<CredentialStrategy>;
  /** How end users sign in; absent for schemas without end users' credentials. */
  signInMethod?: Type<SignInMethod>;
  /** Further providers that the parts inject. */
  providers?: Provider[];
}
