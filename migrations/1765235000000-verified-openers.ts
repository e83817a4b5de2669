import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns } from './support/changes.js';

const COLUMNS = [{ table: 'sign_ins', name: 'verifies_opener', definition: 'boolean NOT NULL DEFAULT 0' }];

/** Marks sign-ins whose links may work in their user's browser only. The previous release marks none. */
export class VerifiedOpeners1765235000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, COLUMNS);
  }
}
