import { Module } from '@nestjs/common';
import { VaultModule } from '../vault/index.js';
import { AuthSchemas } from './auth-schemas.js';
import { AuthSelections } from './auth-selections.js';

@Module({ imports: [VaultModule], providers: [AuthSchemas, AuthSelections], exports: [AuthSchemas, AuthSelections] })
export class AuthRegistryModule {}
