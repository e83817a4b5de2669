import { isDeepStrictEqual } from 'node:util';
import { CountersignError } from '../../common/index.js';
import {
  DiscoveryError,
  type Discovery,
  type KnownMetadata,
  type OAuthSettings,
  type Metadata,
  conflicts,
  knownMetadata,
  unmetDemands,
} from '../../oauth/index.js';
import { errorFinding, okFinding, warningFinding, type Finding } from '../findings/finding.js';

/** Checks that the issuer's metadata is available and agrees with the schema. Without an issuer, looks for one to suggest. */
export async function checkMetadata(
  discovery: Discovery,
  settings: OAuthSettings,
  tenantId: string,
): Promise<Finding[]> {
  const { issuer, token_url } = settings;
  try {
    const { metadata } = await discovery.find(tenantId, issuer ?? new URL(token_url).origin);
    return issuer === undefined ? suggestIssuer(settings, metadata) : compareMetadata(settings, metadata);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    if (issuer === undefined) return [];
    if (error instanceof DiscoveryError && error.isAbsent && !settings.metadata) {
      const message = 'The issuer publishes no metadata. It is only compared with the iss of responses.';
      return [okFinding('no_metadata', 'issuer', message)];
    }
    const change = 'Ask the provider. Until then, sign-ins use the metadata that is stored with the schema.';
    return [warningFinding('metadata_unreadable', 'issuer', `${capitalize(error.message)}.`, change)];
  }
}

/** Compares the schema with the current metadata of its issuer. */
export function compareMetadata(settings: OAuthSettings, metadata: Metadata): Finding[] {
  const findings = [...demands(metadata), ...contradictions(settings, metadata)];
  if (!isSame(settings.metadata ?? {}, knownMetadata(metadata))) {
    const message = "The issuer's metadata has changed since the schema was saved.";
    findings.push(warningFinding('metadata_changed', 'issuer', message, 'Save the schema again.'));
  }
  if (findings.some(({ status }) => status !== 'ok')) return findings;
  const message = `The metadata of ${settings.issuer} agrees with the schema.`;
  return [okFinding('metadata_agrees', 'issuer', message), ...findings];
}

/** Suggests the issuer of metadata that names the schema's token endpoint. Other metadata of the host may belong to another issuer. */
export function suggestIssuer(settings: OAuthSettings, metadata: Metadata): Finding[] {
  if (metadata.token_endpoint !== settings.token_url) return [];
  const message = 'The provider publishes metadata. With issuer in the schema, its responses are validated against it.';
  const suggestion = { ...okFinding('issuer_found', 'issuer', message), change: `Set issuer to ${metadata.issuer}.` };
  return [suggestion, ...demands(metadata), ...contradictions(settings, metadata)];
}

/** Warns about what the provider demands of its clients and Countersign does not do. Support of DPoP is no demand. */
function demands(metadata: Metadata): Finding[] {
  return unmetDemands(metadata).map(({ code, message, change }) => {
    const field = code === 'client_auth_unsupported' ? 'token_exchange_method' : null;
    return { ...warningFinding(code, field, message, change), ...(code === 'dpop_supported' && { status: 'ok' }) };
  });
}

function contradictions(settings: OAuthSettings, metadata: Metadata): Finding[] {
  return conflicts(settings, metadata).flatMap(({ pointer, found, message }) => {
    const field = pointer.slice(1);
    if (field === 'scope')
      return warningFinding('scope_not_listed', field, `${capitalize(message)}.`, 'Check the spelling.');
    // Then the metadata lists no usable method, which is a finding of its own.
    if (field === 'token_exchange_method' && found === null) return [];
    const change = found === null ? 'Ask the provider for an alternative.' : `Set ${field} to ${found}.`;
    return (ERRORS.has(field) ? errorFinding : warningFinding)(
      'metadata_disagrees',
      field,
      `${capitalize(message)}.`,
      change,
    );
  });
}

/** Fields whose disagreement is an error. For the others, the requests of the check are more reliable than the metadata. */
const ERRORS = new Set(['authorization_url', 'token_url', 'pkce']);

/** Compares stored with current metadata. Stored metadata is JSON, which omits `undefined`. */
function isSame(stored: KnownMetadata, current: KnownMetadata): boolean {
  return isDeepStrictEqual(stored, JSON.parse(JSON.stringify(current)));
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
