import { Injectable } from '@nestjs/common';
import { CountersignError } from '../common/index.js';
import { SealBrokenError, Vault, type Place } from '../vault/index.js';
import type { Connection } from './connection.entity.js';

/** The tokens of a connection, as they are sealed. */
export interface Tokens {
  accessToken: string;
  refreshToken?: string;
}

type Ref = Pick<Connection, 'tenantId' | 'id'>;

/** Seals the tokens of connections, each to its own row. */
@Injectable()
export class TokenSeal {
  constructor(private readonly vault: Vault) {}

  seal(connection: Ref, { accessToken, refreshToken }: Tokens): Promise<string> {
    return this.vault.sealJson(placeOf(connection), { accessToken, refreshToken });
  }

  /** @throws {CountersignError} `credential_unavailable`: they do not open */
  async open(connection: Ref & { tokens: string }): Promise<Tokens> {
    try {
      return await this.vault.openJson<Tokens>(placeOf(connection), connection.tokens);
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      throw new CountersignError('credential_unavailable', "the user's tokens do not open", [], { cause: error });
    }
  }
}

function placeOf({ tenantId, id }: Ref): Place {
  return { tenantId, table: 'connections', rowId: id, column: 'tokens' };
}
