import { Module } from '@nestjs/common';
import { AuditChainer } from './audit-chainer.js';
import { AuditController } from './audit.controller.js';
import { AuditEvents } from './audit-events.js';
import { AuditLog } from './audit-log.js';

@Module({ providers: [AuditChainer, AuditEvents, AuditLog], controllers: [AuditController], exports: [AuditLog] })
export class AuditModule {}
