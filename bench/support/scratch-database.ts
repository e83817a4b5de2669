import { createConnection } from 'mysql2/promise';
import { randomText } from '../../src/common/index.js';

/** Creates a temporary database on a server. */
export async function scratchDatabase(server: string): Promise<{ url: string; remove(): Promise<void> }> {
  const name = `countersign_bench_${randomText(12)}`;
  const run = async (sql: string): Promise<void> => {
    const connection = await createConnection(server);
    await connection.query(sql).finally(() => connection.end());
  };
  await run(`CREATE DATABASE \`${name}\``);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  return { url, remove: () => run(`DROP DATABASE \`${name}\``) };
}
