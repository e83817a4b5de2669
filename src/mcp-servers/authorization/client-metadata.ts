import type { Settings } from '../../config/index.js';
import { callbackUrl } from '../../oauth/index.js';

/** Returns the URL of an action's client metadata document, which is its client id (draft-ietf-oauth-client-id-metadata-document). */
export function clientMetadataUrl({ publicUrl }: Pick<Settings, 'publicUrl'>, action: { callbackId: string }): string {
  return `${publicUrl}/aip/${action.callbackId}/oauth/client.json`;
}

/** Returns the document: a public client with one redirect URI. */
export function clientMetadata(settings: Pick<Settings, 'publicUrl'>, action: { callbackId: string }): object {
  return {
    client_id: clientMetadataUrl(settings, action),
    client_name: 'Countersign',
    application_type: 'web',
    client_uri: settings.publicUrl,
    redirect_uris: [callbackUrl(settings, action)],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
}
