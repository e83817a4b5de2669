import { mintKey, newId } from './common/index.js';
import { LocalKeyset } from './vault/index.js';

process.stdout.write(`# Fresh secrets for a deployment: keep them where only it can read them.
OPERATOR_KEY=${mintKey('operator', newId('key')).key}
# A key of the vault, for VAULT_KEYS=env:COUNTERSIGN_VAULT_KEY
COUNTERSIGN_VAULT_KEY=${LocalKeyset.generateKey()}
`);
