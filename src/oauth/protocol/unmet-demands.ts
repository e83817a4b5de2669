import type { KnownMetadata } from './client.js';

/** A demand of an authorization server on its clients that Countersign does not meet. */
export interface UnmetDemand {
  /** Stable; also the code of the diagnosis of a sign-in that fails because of it. */
  code: 'par_required' | 'request_object_required' | 'client_auth_unsupported' | 'dpop_supported';
  message: string;
  /** What to turn off at the provider. */
  change: string;
}

/** The client authentication methods that Countersign uses (RFC 8414, section 2). */
const USABLE_METHODS = ['client_secret_post', 'client_secret_basic', 'none'];

const METHOD_CHANGE =
  'Set the authentication method of the client at the provider to client_secret_basic or client_secret_post, or register a public client, which uses none, with PKCE.';

export const PAR_REQUIRED: UnmetDemand = {
  code: 'par_required',
  message:
    'The provider requires pushed authorization requests (PAR, RFC 9126), which Countersign does not send, so sign-ins fail.',
  change:
    'Turn off the requirement of pushed authorization requests for this client at the provider (require_pushed_authorization_requests).',
};

export const REQUEST_OBJECT_REQUIRED: UnmetDemand = {
  code: 'request_object_required',
  message:
    'The provider requires signed request objects (JAR, RFC 9101), which Countersign does not send, so sign-ins fail.',
  change:
    'Turn off the requirement of signed request objects for this client at the provider (require_signed_request_object).',
};

const DPOP_SUPPORTED: UnmetDemand = {
  code: 'dpop_supported',
  message: 'The provider supports DPoP (RFC 9449). Countersign sends no proofs, so tokens must not be bound to a key.',
  change: 'If the provider requires DPoP for this client, turn it off there (dpop_bound_access_tokens).',
};

/**
 * Returns the demands in a server's metadata that Countersign does not meet (RFC 9126, section 5; RFC 9101, section 10.5; RFC 8414,
 * section 2; RFC 9449, section 5.1). Metadata does not say whether DPoP is required, only that it is supported.
 */
export function unmetDemands(
  metadata: KnownMetadata & { dpop_signing_alg_values_supported?: string[] },
): UnmetDemand[] {
  const clientAuthentication = unsupportedClientAuthentication(metadata);
  return [
    ...(metadata.require_pushed_authorization_requests ? [PAR_REQUIRED] : []),
    ...(metadata.require_signed_request_object ? [REQUEST_OBJECT_REQUIRED] : []),
    ...(clientAuthentication ? [clientAuthentication] : []),
    ...(metadata.dpop_signing_alg_values_supported ? [DPOP_SUPPORTED] : []),
  ];
}

/** Returns the demand of a server that accepts only signed JWTs, client certificates, or methods that Countersign does not know. */
export function unsupportedClientAuthentication({
  token_endpoint_auth_methods_supported: listed,
}: KnownMetadata): UnmetDemand | undefined {
  if (!listed || listed.some((method) => USABLE_METHODS.includes(method))) return undefined;
  const needs = [
    ...(listed.some((method) => method.endsWith('_jwt')) ? ['a signed JWT'] : []),
    ...(listed.some((method) => method.includes('tls_client_auth')) ? ['a client certificate (mTLS)'] : []),
  ].join(' or ');
  const message = `The provider's metadata lists only ${listed.join(', ').slice(0, 200)} for the authentication of clients${needs && `, which takes ${needs}`}; Countersign authenticates with a secret.`;
  return { code: 'client_auth_unsupported', message, change: METHOD_CHANGE };
}
