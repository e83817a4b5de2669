import { mintKey, newId } from '../common/index.js';
import { LocalKeys } from '../vault/index.js';

process.stdout.write(`# New secrets for a deployment. Store them where only the deployment can read them.
OPERATOR_KEY=${mintKey('operator', newId('key')).key}
# The vault key, for VAULT_KEYS=env:COUNTERSIGN_VAULT_KEY
COUNTERSIGN_VAULT_KEY=${LocalKeys.mint()}
`);
