import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { EgressModule } from '../egress/index.js';
import { GptsModule } from '../gpts/index.js';
import { LimitsModule } from '../limits/index.js';
import { AccessTokens, McpAccessModule } from '../mcp/index.js';
import { UserCookie } from '../pages/index.js';
import { TenantsModule } from '../tenants/index.js';
import { VaultModule } from '../vault/index.js';
import { AuthorizeController } from './authorize/authorize.controller.js';
import { Authorize } from './authorize/authorize.js';
import { Clients } from './clients/clients.js';
import { MetadataDocuments } from './clients/metadata-documents.js';
import { RegistrationController } from './clients/registration.controller.js';
import { Registrations } from './clients/registrations.js';
import { ConsentController } from './consent/consent.controller.js';
import { Consent } from './consent/consent.js';
import { IssuerKeys } from './jwt/issuer-keys.js';
import { JwtVerifier } from './jwt/jwt-verifier.js';
import { ServerMetadataController } from './metadata/server-metadata.controller.js';
import { BuiltInServers } from './servers/built-in-servers.js';
import { ClientLimits } from './servers/client-limits.js';
import { Authorizations } from './store/authorizations.js';
import { BuiltInVerifier } from './tokens/built-in-verifier.js';
import { CodeExchange } from './tokens/code-exchange.js';
import { Refresh } from './tokens/refresh.js';
import { RefreshTokens } from './tokens/refresh-tokens.js';
import { Revocation } from './tokens/revocation.js';
import { TokenController } from './tokens/token.controller.js';
import { Verification } from './verify/verification.js';
import { VerificationController } from './verify/verification.controller.js';

/** Access to the MCP endpoints of GPTs with tokens: of the tenant's identity provider, or of the built-in authorization servers. */
@Module({
  imports: [AuditModule, EgressModule, GptsModule, LimitsModule, McpAccessModule, TenantsModule, VaultModule],
  controllers: [
    AuthorizeController,
    ConsentController,
    RegistrationController,
    ServerMetadataController,
    TokenController,
    VerificationController,
  ],
  providers: [
    Authorizations,
    Authorize,
    BuiltInServers,
    BuiltInVerifier,
    ClientLimits,
    Clients,
    CodeExchange,
    Consent,
    IssuerKeys,
    JwtVerifier,
    MetadataDocuments,
    Refresh,
    RefreshTokens,
    Registrations,
    Revocation,
    UserCookie,
    Verification,
  ],
})
export class McpAuthorizationModule implements OnModuleInit {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly jwt: JwtVerifier,
    private readonly builtIn: BuiltInVerifier,
  ) {}

  onModuleInit(): void {
    this.tokens.register('jwt', this.jwt);
    this.tokens.register('builtin', this.builtIn);
  }
}
