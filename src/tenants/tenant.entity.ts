import { Column, Entity, Index } from 'typeorm';
import { JsonColumn, PrimaryId, TextColumn, TimeColumn } from '../database/index.js';

/** One customer of the deployment: everything else belongs to one. */
@Entity('tenants')
@Index('tenants_by_slug', ['slug'], { unique: true })
export class Tenant {
  @PrimaryId('id')
  id!: string;

  @Column({ name: 'name', type: 'varchar', length: 200 })
  name!: string;

  @Column({ name: 'slug', type: 'varchar', length: 64 })
  slug!: string;

  /** Origins that a browser may be sent back to after a sign-in, such as `https://chat.example.com`. */
  @JsonColumn('return_url_origins')
  returnUrlOrigins!: string[];

  /** Origins whose pages may use the API with this tenant's keys; none where it is empty. */
  @JsonColumn('allowed_origins', { nullable: true })
  allowedOrigins!: string[] | null;

  /** Who confirms that the browser is the user's: the page that they see, or the tenant's server. */
  @Column({ name: 'user_verification', type: 'varchar', length: 16, default: 'page' })
  userVerification!: 'page' | 'redirect';

  /** Where a browser is sent to be recognized, with `redirect`. */
  @Column({ name: 'user_verification_url', type: 'varchar', length: 2000, nullable: true })
  userVerificationUrl!: string | null;

  /** What happens where OAuth endpoints are not on the API's root domain. */
  @Column({ name: 'oauth_domain_rule', type: 'varchar', length: 16, default: 'warn' })
  oauthDomainRule!: 'warn' | 'refuse';

  /** A `data:` URL of an image, for the pages that end users see. Read only where it is shown: it is large. */
  @TextColumn('logo', { nullable: true, select: false })
  logo?: string | null;

  /** `#rrggbb`, of the button on those pages. */
  @Column({ name: 'accent_color', type: 'varchar', length: 7, nullable: true })
  accentColor!: string | null;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('updated_at')
  updatedAt!: Date;
}
