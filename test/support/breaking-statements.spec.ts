import { expect, it } from '@jest/globals';
import { breakingStatements } from './breaking-statements.js';

it.each([
  'CREATE TABLE `notes` (`id` int NOT NULL)',
  'ALTER TABLE notes ADD COLUMN title varchar(200)',
  "ALTER TABLE notes ADD COLUMN kind varchar(16) NOT NULL DEFAULT 'page'",
  'CREATE INDEX `notes_by_title` ON `notes` (`title`)',
  'DROP INDEX `notes_by_title` ON `notes`',
  'UPDATE notes SET title = ?',
])('accepts a change that the previous version does not notice: %s', (statement) => {
  expect(breakingStatements([statement])).toEqual([]);
});

it.each([
  ['ALTER TABLE notes ADD COLUMN kind varchar(16) NOT NULL', 'adds a column'],
  ['ALTER TABLE notes RENAME COLUMN title TO name', 'renames a column'],
  ['ALTER TABLE `notes` DROP COLUMN `title`', 'drops what'],
  ['ALTER TABLE `notes` MODIFY `title` text NOT NULL', 'changes the type'],
  ['ALTER TABLE `notes` ADD CONSTRAINT `x` FOREIGN KEY (`a`) REFERENCES `b`(`id`)', 'rejects rows'],
  ['CREATE UNIQUE INDEX `notes_title` ON `notes` (`title`)', 'rejects rows'],
  ['DROP TABLE `notes`', 'drops a table'],
])('names a change that breaks the previous version: %s', (statement, reason) => {
  expect(breakingStatements([statement])).toEqual([expect.stringContaining(reason)]);
});

it('accepts any change of a table that is new', () => {
  const statements = ['CREATE TABLE `notes` (`id` int)', 'CREATE UNIQUE INDEX `notes_id` ON `notes` (`id`)'];
  expect(breakingStatements(statements)).toEqual([]);
});
