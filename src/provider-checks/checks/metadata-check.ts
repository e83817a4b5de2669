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
} from '../../oauth/index.js';
import { failure, fine, warning, type Finding } from '../finding.js';

/** Whether the issuer's metadata is still there and says what the schema says; without an issuer, whether there could be one. */
export async function checkMetadata(discovery: Discovery, settings: OAuthSettings): Promise<Finding[]> {
  const { issuer, token_url } = settings;
  try {
    const { metadata } = await discovery.find(issuer ?? new URL(token_url).origin);
    return issuer === undefined ? suggestIssuer(settings, metadata) : judgeMetadata(settings, metadata);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    if (issuer === undefined) return [];
    if (error instanceof DiscoveryError && error.isAbsent && !settings.metadata) {
      const message = 'The issuer publishes no metadata; it is compared with the one that answers name (iss).';
      return [fine('no_metadata', 'issuer', message)];
    }
    const change = 'Ask the provider. Sign-ins go on with what the schema has kept of its metadata.';
    return [warning('metadata_unreadable', 'issuer', `${capitalized(error.message)}.`, change)];
  }
}

/** What the metadata of the schema's issuer says of the schema. */
export function judgeMetadata(settings: OAuthSettings, metadata: Metadata): Finding[] {
  const findings = contradictions(settings, metadata);
  if (!isSame(settings.metadata ?? {}, knownMetadata(metadata))) {
    const message = "The issuer's metadata has changed since the schema was saved.";
    findings.push(warning('metadata_changed', 'issuer', message, 'Save the schema again.'));
  }
  if (findings.length > 0) return findings;
  return [fine('metadata_agrees', 'issuer', `The metadata of ${settings.issuer} agrees with the schema.`)];
}

/** Only where the metadata is of this very token endpoint: one host may serve many issuers. */
export function suggestIssuer(settings: OAuthSettings, metadata: Metadata): Finding[] {
  if (metadata.token_endpoint !== settings.token_url) return [];
  const message = 'The provider publishes metadata: with an issuer in the schema, its answers are held to it.';
  const suggestion = { ...fine('issuer_found', 'issuer', message), change: `Set issuer to ${metadata.issuer}.` };
  return [suggestion, ...contradictions(settings, metadata)];
}

function contradictions(settings: OAuthSettings, metadata: Metadata): Finding[] {
  return conflicts(settings, metadata).map(({ pointer, found, message }) => {
    const field = pointer.slice(1);
    if (field === 'scope') return warning('scope_not_listed', field, `${capitalized(message)}.`, 'Check the spelling.');
    const change = found === null ? 'Ask the provider for another way.' : `Set ${field} to ${found}.`;
    return (ERRORS.has(field) ? failure : warning)('metadata_disagrees', field, `${capitalized(message)}.`, change);
  });
}

/** Of the rest, requests tell better than documents. */
const ERRORS = new Set(['authorization_url', 'token_url', 'pkce']);

/** What is stored has been through JSON, which knows no `undefined`. */
function isSame(kept: KnownMetadata, now: KnownMetadata): boolean {
  return isDeepStrictEqual(kept, JSON.parse(JSON.stringify(now)));
}

/** A problem's words as a sentence. */
function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
