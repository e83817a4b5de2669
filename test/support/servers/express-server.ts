import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';

/** An Express application on a free port of 127.0.0.1. */
export interface ExpressServer {
  app: Express;
  url: string;
  stop(): Promise<void>;
}

export async function startExpress(): Promise<ExpressServer> {
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { app, url: `http://127.0.0.1:${port}`, stop };
}
