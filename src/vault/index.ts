export { DataKey } from './data-key.entity.js';
export { UnsealError, type SealContext } from './envelope.js';
export { VaultKeyError } from './providers/key-provider.js';
export { LocalKeyset } from './providers/local-keyset.js';
export { RotationsService } from './rotation/rotations.service.js';
export { VaultRotation } from './rotation/vault-rotation.entity.js';
export { SEALED_MAX_AGE_MS, SealedColumn } from './sealed-column.js';
export { VaultModule } from './vault.module.js';
export { Vault } from './vault.js';
