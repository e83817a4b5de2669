import { Column, Entity, Index } from 'typeorm';
import { JsonColumn, PrimaryId, TimeColumn } from '../database/index.js';

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

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('updated_at')
  updatedAt!: Date;
}
