import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns } from './support/changes.js';

const COLUMNS = [{ table: 'sign_ins', name: 'scope', definition: 'text' }];

/** Adds the scope that a sign-in without a call requests. */
export class RequestedSignIns1764930000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, COLUMNS);
  }
}
