import { Column, Entity, Index } from 'typeorm';
import { JsonColumn, PrimaryId, TextColumn, TimeColumn } from '../database/index.js';

/** An organization that uses the deployment. All other resources belong to a tenant. */
@Entity('tenants')
@Index('tenants_by_slug', ['slug'], { unique: true })
export class Tenant {
  @PrimaryId('id')
  id!: string;

  @Column({ name: 'name', type: 'varchar', length: 200 })
  name!: string;

  @Column({ name: 'slug', type: 'varchar', length: 64 })
  slug!: string;

  /** Origins that a browser may be redirected to after a sign-in, such as `https://chat.example.com`. */
  @JsonColumn('return_url_origins')
  returnUrlOrigins!: string[];

  /** Origins whose pages may use the API with this tenant's keys (CORS). */
  @JsonColumn('allowed_origins', { nullable: true })
  allowedOrigins!: string[] | null;

  /** How a sign-in verifies that the browser belongs to the end user: on the sign-in page, or by the tenant's server. */
  @Column({ name: 'user_verification', type: 'varchar', length: 16, default: 'page' })
  userVerification!: 'page' | 'redirect';

  /** The page of the tenant that identifies the browser's user, with `redirect`. */
  @Column({ name: 'user_verification_url', type: 'varchar', length: 2000, nullable: true })
  userVerificationUrl!: string | null;

  /** Handling of OAuth endpoints outside the root domain of the action's API. */
  @Column({ name: 'oauth_domain_rule', type: 'varchar', length: 16, default: 'warn' })
  oauthDomainRule!: 'warn' | 'refuse';

  /** Whether a policy may skip the confirmation that a document demands with `x-openai-isConsequential: true`. */
  @Column({ name: 'allow_skipping_confirmation', type: 'boolean', default: false })
  allowSkippingConfirmation!: boolean;

  /** Image for end-user pages as a `data:` URL. Large, so it is only selected where it is needed. */
  @TextColumn('logo', { nullable: true, select: false })
  logo?: string | null;

  /** Color of the button on end-user pages, `#rrggbb`. */
  @Column({ name: 'accent_color', type: 'varchar', length: 7, nullable: true })
  accentColor!: string | null;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('updated_at')
  updatedAt!: Date;
}
