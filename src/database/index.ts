export { Bulk } from './bulk.js';
export { BelongsTo, DigestColumn, IdColumn, JsonColumn, PrimaryId, TextColumn, TimeColumn } from './columns.js';
export { openDataSources, type EntityClass } from './data-sources.js';
export { DatabaseModule } from './database.module.js';
export { Database, type WriteOptions } from './database.js';
export { isDuplicate } from './failures.js';
export { LastUse } from './last-use.js';
export { migrate } from './migrate.js';
export { paged, TenantStore } from './tenant-store.js';
