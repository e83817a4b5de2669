import { Core1764000000000 } from './1764000000000-core.js';

/** Every migration, oldest first. A released one is never edited. */
export const MIGRATIONS = [Core1764000000000];
