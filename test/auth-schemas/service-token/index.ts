import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Equals, IsString, Length } from 'class-validator';
import {
  AuthSchemaDefinition,
  authSecretsContext,
  type AuthFields,
  type FieldsCheck,
} from '../../../src/auth-registry/index.js';
import type { AuthSchema } from '../../../src/auth-schemas/index.js';
import { CountersignError, type FieldError } from '../../../src/common/index.js';
import { CredentialStrategy, type Credential, type PlannedCall } from '../../../src/credentials/index.js';
import { Vault } from '../../../src/vault/index.js';

class ServiceTokenInput implements AuthFields {
  [field: string]: unknown;

  @ApiProperty({ enum: ['service_token'] })
  @Equals('service_token')
  type!: 'service_token';

  @ApiProperty({ example: 'notes' })
  @IsString()
  @Length(1, 100)
  service!: string;

  @ApiProperty({ description: '`[HIDDEN]` keeps the stored token' })
  @IsString()
  @Length(1, 1000)
  token!: string;
}

class ServiceTokenOutput extends ServiceTokenInput {}

@Injectable()
class ServiceTokenDefinition extends AuthSchemaDefinition {
  readonly type = 'service_token';
  readonly input = ServiceTokenInput;
  readonly output = ServiceTokenOutput;
  override readonly secretFields = ['token'];

  override readonly checks: FieldsCheck[] = [{ reads: ['service'], find: checkService }];
}

function checkService({ service }: AuthFields): FieldError[] {
  return service === 'forbidden' ? [{ pointer: '/service', message: 'service must not be "forbidden"' }] : [];
}

/** Sends the service's token and the id of the end user that the call acts for. */
@Injectable()
class ServiceTokenStrategy extends CredentialStrategy {
  constructor(private readonly vault: Vault) {
    super();
  }

  async credentialFor({ action, user }: PlannedCall): Promise<Credential> {
    if (user === undefined) throw new CountersignError('user_required', "give the user's id");
    const { token } = await this.vault.unsealJson<{ token: string }>(
      authSecretsContext(action),
      action.authSecrets ?? '',
    );
    return { headers: { 'x-service-token': token, 'x-on-behalf-of': user }, secrets: [token] };
  }
}

/** A schema that a deployment adds to the built-in ones. */
export const SERVICE_TOKEN: AuthSchema = { definition: ServiceTokenDefinition, strategy: ServiceTokenStrategy };
