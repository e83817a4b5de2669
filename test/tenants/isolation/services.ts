import { ImportQueue } from '../../../src/connections/import/import-queue.js';
import { TestApp } from '../../support/app.js';
import { AuthorizationServer } from '../../support/authorization-server.js';
import { LAYOUTS, MetadataServer } from '../../support/metadata-server.js';
import { Upstream } from '../../support/upstream.js';

/** Countersign and its peers. */
export interface IsolationServices {
  app: TestApp;
  api: Upstream;
  provider: AuthorizationServer;
  metadata: MetadataServer;
}

export async function startServices(): Promise<IsolationServices> {
  const [app, api, provider, metadata] = await Promise.all([
    TestApp.start(),
    Upstream.start(),
    AuthorizationServer.start(),
    MetadataServer.start(),
  ]);
  // Imports wait, so that their statements are not mistaken for those of a request.
  app.get(ImportQueue).due = () => Promise.resolve([]);
  metadata.publish(LAYOUTS.oauth(''), { body: metadata.document() });
  return { app, api, provider, metadata };
}

export async function stopServices({ app, api, provider, metadata }: IsolationServices): Promise<void> {
  await Promise.all([app.stop(), api.stop(), provider.stop(), metadata.stop()]);
}
