export { AuditEvent } from './audit-event.entity.js';
export { AuditLog, type Actor } from './audit-log.js';
export { AuditModule } from './audit.module.js';
