import { Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ActionsModule } from '../actions/index.js';
import { AuthRegistryModule, AuthSchemas } from '../auth-registry/index.js';
import { ClusterModule } from '../cluster/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { Credentials, CredentialsModule } from '../credentials/index.js';
import { EgressModule } from '../egress/index.js';
import { OAuthModule } from '../oauth/index.js';
import { SignInMethods, SignInsModule } from '../sign-ins/index.js';
import { TenantsModule } from '../tenants/index.js';
import { VaultModule } from '../vault/index.js';
import { API_KEY } from './api-key/index.js';
import type { AuthSchema } from './auth-schema.js';
import { NONE } from './none/index.js';
import { OAUTH } from './oauth/index.js';

/** The authentication schemas. A new schema is a folder and an entry here. */
const SCHEMAS: AuthSchema[] = [NONE, API_KEY, OAUTH];

class RegisteredSchemas {
  constructor(readonly all: AuthSchema[]) {}
}

/** Registers each schema's parts with the services that use them. */
@Module({})
export class AuthSchemasModule implements OnModuleInit {
  constructor(
    private readonly registered: RegisteredSchemas,
    private readonly schemas: AuthSchemas,
    private readonly credentials: Credentials,
    private readonly methods: SignInMethods,
    private readonly parts: ModuleRef,
  ) {}

  /** @param more schemas besides the built-in ones */
  static with(more: AuthSchema[] = []): DynamicModule {
    const all = [...SCHEMAS, ...more];
    return {
      module: AuthSchemasModule,
      imports: [
        ActionsModule,
        AuthRegistryModule,
        ClusterModule,
        ConnectionsModule,
        CredentialsModule,
        EgressModule,
        OAuthModule,
        SignInsModule,
        TenantsModule,
        VaultModule,
      ],
      providers: [
        { provide: RegisteredSchemas, useValue: new RegisteredSchemas(all) },
        ...all.flatMap(({ definition, strategy, signInMethod, providers = [] }) => [
          definition,
          strategy,
          ...(signInMethod ? [signInMethod] : []),
          ...providers,
        ]),
      ],
    };
  }

  onModuleInit(): void {
    for (const { definition, strategy, signInMethod } of this.registered.all) {
      const schema = this.parts.get(definition);
      this.schemas.register(schema);
      this.credentials.register(schema.type, this.parts.get(strategy));
      if (signInMethod) this.methods.register(schema.type, this.parts.get(signInMethod));
    }
  }
}
