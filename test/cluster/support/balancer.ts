import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { ManagedProcess } from './managed-process.js';
import { isListening } from './redis.js';

/** The header of a response that names the replicas that were asked for it. */
export const REPLICAS_HEADER = 'x-upstream';

/**
 * nginx answers 504 for a replica that does not, before the client gives up: only a response names the replica that had the request. Both
 * timeouts are longer than a replica may take.
 */
const READ_TIMEOUT_SECONDS = 20;

/** For callbacks, which are the slowest requests of the load. */
const CALLBACK_READ_TIMEOUT_SECONDS = 39;

/** nginx in front of the replicas. As in `deploy/nginx`, it repeats what no replica has received, and a GET whose connection broke. */
export class Balancer {
  readonly url: string;

  private constructor(
    port: number,
    private readonly process: ManagedProcess,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(parent: string, port: number, replicas: readonly number[]): Promise<Balancer> {
    const folder = join(parent, 'nginx');
    mkdirSync(folder);
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, configuration(folder, port, replicas));
    const log = join(folder, 'output.log');
    const process = ManagedProcess.start('nginx', ['-p', folder, '-c', file, '-e', join(folder, 'error.log')], { log });
    await eventually(() => isListening(port), Boolean);
    return new Balancer(port, process);
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}

function configuration(folder: string, port: number, replicas: readonly number[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const isRoot = process.getuid?.() === 0;
  return `
daemon off;
${isRoot ? 'user root;' : ''}
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log notice;
events { worker_connections 2048; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  upstream replicas {
    ${replicas.map((replica) => `server 127.0.0.1:${replica} max_fails=1 fail_timeout=2s;`).join('\n    ')}
    keepalive 32;
  }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 32m;
    keepalive_timeout 300s;
    keepalive_requests 1000000;
    location / {
      proxy_pass http://replicas;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_connect_timeout 2s;
      proxy_read_timeout ${READ_TIMEOUT_SECONDS}s;
      proxy_next_upstream error;
      proxy_next_upstream_tries 2;
      add_header ${REPLICAS_HEADER} $upstream_addr always;
      location ~ /oauth/callback$ {
        proxy_pass http://replicas;
        proxy_read_timeout ${CALLBACK_READ_TIMEOUT_SECONDS}s;
      }
    }
  }
}
`;
}
