import { connect } from 'node:net';
import { eventually } from '../../support/eventually.js';
import { freePort } from '../../support/free-port.js';
import { ManagedProcess } from './managed-process.js';

export interface Redis {
  port: number;
  stop(): Promise<void>;
}

export async function startRedis(folder: string): Promise<Redis> {
  const port = await freePort();
  const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'];
  const process = ManagedProcess.start('redis-server', settings, { log: `${folder}/redis.log` });
  await eventually(() => isListening(port), Boolean);
  return { port, stop: () => process.stop() };
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
