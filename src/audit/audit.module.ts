import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditLog } from './audit-log.js';

@Module({ providers: [AuditLog], controllers: [AuditController], exports: [AuditLog] })
export class AuditModule {}
