export { DataKey } from './data-key.entity.js';
export { UnsealError, type SealContext } from './envelope.js';
export { VaultKeyError } from './providers/key-provider.js';
export { LocalKeys } from './providers/local-keys.js';
export { RotationsService } from './rotation/rotations.service.js';
export { VaultRotation } from './rotation/vault-rotation.entity.js';
export { SEALED_KEPT_MS, SealedColumn } from './sealed-column.js';
export { VaultModule } from './vault.module.js';
export { Vault } from './vault.js';
