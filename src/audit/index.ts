export { AuditChain, AuditEvent } from './audit-event.entity.js';
export { AuditLog, type Actor } from './audit-log.js';
export { AuditModule } from './audit.module.js';
export type { ChainHead } from './chain.js';
export { verifyChain, verifyLines, type Verdict } from './verify.js';
