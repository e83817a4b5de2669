import { CountersignError } from '../../common/index.js';
import type { Discovery } from '../discovery/discovery.service.js';
import type { KnownMetadata, OAuthSettings } from '../protocol/client.js';
import type { Metadata } from '../protocol/metadata.js';
import { conflicts, knownMetadata } from '../protocol/metadata-settings.js';
import { failure, fine, warning, type Finding } from './finding.js';

/** Whether the issuer's metadata is still there and says what the schema says; without an issuer, whether there could be one. */
export async function checkMetadata(discovery: Discovery, settings: OAuthSettings): Promise<Finding[]> {
  const { issuer, token_url } = settings;
  try {
    const { metadata } = await discovery.find(issuer ?? new URL(token_url).origin);
    return issuer === undefined ? suggestIssuer(settings, metadata) : judgeMetadata(settings, metadata);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    if (issuer === undefined) return [];
    const change = 'ask the provider; sign-ins go on with what the schema has kept of it';
    return [warning('metadata_unreadable', 'issuer', error.message, change)];
  }
}

/** What the metadata of the schema's issuer says of the schema. */
export function judgeMetadata(settings: OAuthSettings, metadata: Metadata): Finding[] {
  const findings = contradictions(settings, metadata);
  if (!isSame(settings.metadata ?? {}, knownMetadata(metadata))) {
    const message = 'the metadata of the issuer has changed since the schema was saved';
    findings.push(warning('metadata_changed', 'issuer', message, 'save the schema again'));
  }
  if (findings.length > 0) return findings;
  return [fine('metadata_agrees', 'issuer', `the metadata of ${settings.issuer} says the same as the schema`)];
}

/** Only where the metadata is of this very token endpoint: one host may serve many issuers. */
export function suggestIssuer(settings: OAuthSettings, metadata: Metadata): Finding[] {
  if (metadata.token_endpoint !== settings.token_url) return [];
  const message = 'the provider publishes metadata, which an issuer in the schema would be held to';
  const suggestion = { ...fine('issuer_found', 'issuer', message), change: `set issuer to ${metadata.issuer}` };
  return [suggestion, ...contradictions(settings, metadata)];
}

/** Where nobody answers is an error; how is a warning, since requests tell better than documents. */
function contradictions(settings: OAuthSettings, metadata: Metadata): Finding[] {
  return conflicts(settings, metadata).map(({ pointer, found, message }) => {
    const field = pointer.slice(1);
    const change = found === null ? 'ask the provider' : found === '' ? `empty ${field}` : `set ${field} to ${found}`;
    if (field === 'scope') return warning('scope_not_listed', field, message, 'check the spelling of the scopes');
    const finding = failure('metadata_disagrees', field, message, change);
    return ERRORS.has(field) ? finding : { ...finding, status: 'warning' };
  });
}

const ERRORS = new Set(['authorization_url', 'token_url', 'pkce']);

function isSame(kept: KnownMetadata, now: KnownMetadata): boolean {
  const [before, after] = [kept, now].map((known) => JSON.stringify(Object.entries(known).filter(([, value]) => value !== undefined).toSorted(([a], [b]) => (a < b ? -1 : 1))));
  return before === after;
}
