import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { SealedColumn } from '../../vault/index.js';
import { Gpt } from '../../gpts/index.js';
import type { DocumentFormat } from '../../openapi/index.js';

/** One OpenAPI document of a GPT: one domain, and one schema by which its calls are authenticated. */
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

  /** Where the document came from, when it was imported by URL. */
  @Column({ name: 'openapi_url', type: 'varchar', length: 2000, nullable: true })
  openapiUrl!: string | null;

  /** The language of the text that the document was given as; null where it was an object. The text is in source parts. */
  @Column({ name: 'openapi_format', type: 'varchar', length: 4, nullable: true })
  openapiFormat!: DocumentFormat | null;

  @Column({ name: 'privacy_policy_url', type: 'varchar', length: 2000, nullable: true })
  privacyPolicyUrl!: string | null;

  @JsonColumn('warnings')
  warnings!: { code: string; message: string; pointer: string }[];

  /** The public half of its redirect URI: minted once, never changed, never another action's. */
  @IdColumn('callback_id')
  callbackId!: string;

  @Column({ name: 'auth_type', type: 'varchar', length: 32 })
  authType!: string;

  @JsonColumn('auth_settings')
  authSettings!: Record<string, unknown>;

  /** The schema's secrets, sealed together. */
  @SealedColumn('auth_secrets', { table: 'actions', column: 'auth_secrets', rowId: 'id' })
  authSecrets!: string | null;

  /** What the document's security schemes say of authentication: a schema with gaps, for its builder to fill. */
  @JsonColumn('suggested_auth', { nullable: true })
  suggestedAuth!: Record<string, unknown> | null;

  /** Counts the changes of where credentials are sent. Connections and sign-ins of an earlier version have ended. */
  @Column({ name: 'binding_version', type: 'int' })
  bindingVersion!: number;

  /** Counts the changes of this action; a change is made only to the revision that it was thought out for. */
  @Column({ name: 'revision', type: 'int' })
  revision!: number;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('updated_at')
  updatedAt!: Date;
}
