import { existsSync } from 'node:fs';
import { freePort } from '../../support/free-port.js';
import { MariaDb } from './mariadb.js';

const PROVIDER = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so'].find((path) =>
  existsSync(path),
);

interface NodePorts {
  group: number;
  stateTransfer: number;
  incrementalTransfer: number;
}

/** Three MariaDB nodes that replicate to each other with Galera. */
export class GaleraCluster {
  private constructor(
    readonly nodes: MariaDb[],
    private readonly ports: NodePorts[],
  ) {}

  static async start(folder: string): Promise<GaleraCluster> {
    const nodes: MariaDb[] = [];
    const ports: NodePorts[] = [];
    for (const index of [0, 1, 2]) {
      nodes.push(await MariaDb.create(folder, `node-${index + 1}`, index === 0));
      ports.push({ group: await freePort(), stateTransfer: await freePort(), incrementalTransfer: await freePort() });
    }
    const cluster = new GaleraCluster(nodes, ports);
    try {
      for (const index of [0, 1, 2]) {
        cluster.launch(index, index === 0 ? ['--wsrep-new-cluster'] : []);
        await cluster.waitUntilSynced(index);
      }
      await cluster.node(0).createUser();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  node(index: number): MariaDb {
    const node = this.nodes[index];
    if (!node) throw new Error(`there is no node ${index}`);
    return node;
  }

  /** Starts nodes that have ended, continues those that were stopped, and waits until all are synced. */
  async heal(): Promise<void> {
    this.nodes.forEach((node, index) => (node.isRunning ? node.signal('SIGCONT') : this.launch(index)));
    for (const index of this.nodes.keys()) await this.waitUntilSynced(index);
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) node.signal('SIGCONT');
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private waitUntilSynced(index: number): Promise<void> {
    const node = this.node(index);
    return node.waitUntil(() => node.isSynced());
  }

  private launch(index: number, more: string[] = []): void {
    const ports = this.ports[index] as NodePorts;
    const members = this.ports.map(({ group }) => `127.0.0.1:${group}`).join();
    const provider = {
      'gmcast.listen_addr': `tcp://127.0.0.1:${ports.group}`,
      'ist.recv_addr': `127.0.0.1:${ports.incrementalTransfer}`,
      'evs.suspect_timeout': 'PT5S',
      'evs.inactive_timeout': 'PT15S',
      'pc.recovery': 'yes',
      'gcache.size': '32M',
    };
    this.node(index).launch([
      '--binlog-format=ROW',
      '--innodb-autoinc-lock-mode=2',
      '--wsrep-on=ON',
      `--wsrep-provider=${PROVIDER}`,
      `--wsrep-cluster-address=gcomm://${members}`,
      '--wsrep-node-address=127.0.0.1',
      '--wsrep-sst-method=rsync',
      `--wsrep-sst-receive-address=127.0.0.1:${ports.stateTransfer}`,
      `--wsrep-provider-options=${Object.entries(provider)
        .map(([name, value]) => `${name}=${value}`)
        .join(';')}`,
      ...more,
    ]);
  }
}
