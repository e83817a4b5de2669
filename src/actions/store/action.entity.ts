import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { SealedColumn } from '../../vault/index.js';
import { Gpt } from '../../gpts/index.js';
import type { DeclaredServer, DocumentFormat, ServerChoice } from '@countersign/openapi';

/** One OpenAPI document or MCP server of a GPT, with one domain and one authentication schema. */
@Entity('actions')
@Index('actions_by_domain', ['tenantId', 'gptId', 'domain'], { unique: true })
@Index('actions_by_callback', ['callbackId'], { unique: true })
export class Action {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @IdColumn('gpt_id')
  gptId!: string;

  @BelongsTo(() => Gpt, 'gpt_id')
  gpt?: Gpt;

  @Column({ name: 'title', type: 'varchar', length: 300 })
  title!: string;

  @Column({ name: 'domain', type: 'varchar', length: 270 })
  domain!: string;

  @Column({ name: 'server_url', type: 'varchar', length: 2000 })
  serverUrl!: string;

  /** The server that the builder chose; `null` for the first of the document. */
  @JsonColumn('server_choice', { nullable: true })
  serverChoice!: ServerChoice | null;

  /** The servers of the document, truncated to what a row holds. Only views load them. `null` for actions of earlier versions. */
  @JsonColumn('servers', { nullable: true, select: false })
  servers?: DeclaredServer[] | null;

  /** The URL that the document was imported from. */
  @Column({ name: 'openapi_url', type: 'varchar', length: 2000, nullable: true })
  openapiUrl!: string | null;

  /** The MCP server that runs the operations; `null` for an API. The document describes its tools then. */
  @Column({ name: 'mcp_url', type: 'varchar', length: 2000, nullable: true })
  mcpUrl!: string | null;

  /** The format of the original text, which is in source parts; `null` if the document was sent as an object. */
  @Column({ name: 'openapi_format', type: 'varchar', length: 4, nullable: true })
  openapiFormat!: DocumentFormat | null;

  @Column({ name: 'privacy_policy_url', type: 'varchar', length: 2000, nullable: true })
  privacyPolicyUrl!: string | null;

  @JsonColumn('warnings')
  warnings!: { code: string; message: string; pointer: string }[];

  /** The id in the action's redirect URI. It is unique and never changes. */
  @IdColumn('callback_id')
  callbackId!: string;

  @Column({ name: 'auth_type', type: 'varchar', length: 32 })
  authType!: string;

  @JsonColumn('auth_settings')
  authSettings!: Record<string, unknown>;

  /** The schema's secrets, sealed together. */
  @SealedColumn('auth_secrets', { table: 'actions', column: 'auth_secrets', rowId: 'id' })
  authSecrets!: string | null;

  /** The authentication suggested by the document's security schemes, possibly incomplete. */
  @JsonColumn('suggested_auth', { nullable: true })
  suggestedAuth!: Record<string, unknown> | null;

  /** Descriptions of the document's OAuth scopes, by scope. Only the sign-in page loads them. */
  @JsonColumn('scope_descriptions', { nullable: true, select: false })
  scopeDescriptions?: Record<string, string> | null;

  /** Counts the changes of where credentials are sent. Connections and sign-ins of an earlier version have ended. */
  @Column({ name: 'binding_version', type: 'int' })
  bindingVersion!: number;

  /** Counts the changes of this action. An update requires the revision that it is based on. */
  @Column({ name: 'revision', type: 'int' })
  revision!: number;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('updated_at')
  updatedAt!: Date;
}
