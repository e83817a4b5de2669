import { MIGRATIONS } from '../../migrations/index.js';
import { environment, readSettings } from '../config/index.js';
import { migrate, openDataSources } from '../database/index.js';
import { ENTITIES } from '../entities.js';
import { runCommand } from './run-command.js';

await runCommand(async () => {
  const { database } = readSettings(environment());
  const { reader, writer } = await openDataSources(database, ENTITIES, MIGRATIONS);
  const applied = await migrate(writer);
  process.stdout.write(applied.length > 0 ? `applied: ${applied.join(', ')}\n` : 'the database is up to date\n');
  await writer.destroy();
  if (reader !== writer) await reader.destroy();
});
