import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';
import { bearerToken } from '../common/index.js';
import { Keyring, type KeyHolder } from './keyring.js';

/** Authenticates `X-API-Key: <key>`. */
@Injectable()
export class HeaderKeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'countersign-x-api-key') {
  constructor(private readonly keyring: Keyring) {
    super({ header: 'X-API-Key', prefix: '' }, false);
  }

  async validate(key: string): Promise<KeyHolder | false> {
    return (await this.keyring.holderOf(key)) ?? false;
  }
}

/** Authenticates `Authorization: Bearer <key>`. */
@Injectable()
export class BearerKeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'countersign-bearer') {
  constructor(private readonly keyring: Keyring) {
    super({ header: 'Authorization', prefix: '' }, false);
  }

  async validate(credentials: string): Promise<KeyHolder | false> {
    const key = bearerToken(credentials);
    return (key && (await this.keyring.holderOf(key))) || false;
  }
}
