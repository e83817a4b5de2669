import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/index.js';
import { SignInsModule } from '../sign-ins/index.js';
import { ActionAuthGuard } from './action-auth.guard.js';
import { Credentials } from './credentials.service.js';
import { UserCredentials } from './user-credentials.js';

@Module({
  imports: [ConnectionsModule, SignInsModule],
  providers: [ActionAuthGuard, Credentials, UserCredentials],
  exports: [ActionAuthGuard, Credentials, UserCredentials],
})
export class CredentialsModule {}
