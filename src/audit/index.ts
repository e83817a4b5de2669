export { AuditChain, AuditEvent } from './audit-event.entity.js';
export { AuditEvents } from './audit-events.js';
export { AuditLog, type Actor, type AuditType } from './audit-log.js';
export { AuditModule } from './audit.module.js';
export type { ChainHead } from './chain.js';
export { verifyChain, verifyLines, type Verdict } from './verify.js';
