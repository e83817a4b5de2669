import { Injectable } from '@nestjs/common';
import type { ConnectionValues } from '../../oauth/index.js';
import { Vault, type SealContext } from '../../vault/index.js';
import type { Connection } from './connection.entity.js';

/** The plaintext that is sealed for a connection. */
export interface Tokens {
  accessToken: string;
  refreshToken?: string;
  /** The values of the sign-in that calls need. */
  values?: ConnectionValues;
}

/** The parts of the tokens that calls need. */
export type CallTokens = Pick<Tokens, 'accessToken' | 'values'>;

type Ref = Pick<Connection, 'tenantId' | 'id'>;

/** Seals and unseals the tokens of connections. The seal context is the connection's row. */
@Injectable()
export class TokenSeal {
  constructor(private readonly vault: Vault) {}

  seal(connection: Ref, { accessToken, refreshToken, values }: Tokens): Promise<string> {
    return this.vault.sealJson(contextOf(connection), { accessToken, refreshToken, values });
  }

  /** Unseals the tokens that calls need, and keeps them in memory for a few seconds. @throws {UnsealError} */
  open(connection: Ref & { tokens: string }): Promise<CallTokens> | CallTokens {
    return this.vault.open(contextOf(connection), connection.tokens, ({ accessToken, values }: Tokens) => ({
      accessToken,
      values,
    }));
  }

  /** @throws {UnsealError} */
  unseal(connection: Ref & { tokens: string }): Promise<Tokens> {
    return this.vault.unsealJson<Tokens>(contextOf(connection), connection.tokens);
  }
}

function contextOf({ tenantId, id }: Ref): SealContext {
  return { tenantId, table: 'connections', rowId: id, column: 'tokens' };
}
