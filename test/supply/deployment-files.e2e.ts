import { spawnSync } from 'node:child_process';
import { mkdirSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { VARIABLE_NAMES } from '../../src/config/environment-schema.js';
import { parseKey } from '../../src/common/index.js';
import { BuiltServer } from '../support/built-server.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const [, imageVariables = ''] = /^ENV (.*)$/m.exec(read('Dockerfile')) ?? [];

/** Settings that the image fixes. */
const IN_IMAGE = imageVariables.split(' ').map((assignment) => assignment.split('=')[0]);

describe('docker-compose.yml', () => {
  const [, environment = ''] =
    /^ {2}countersign:\n.*?^ {4}environment:\n(.*?)^ {4}\w/ms.exec(read('docker-compose.yml')) ?? [];
  const variables = [...environment.matchAll(/^ {6}([A-Z_]+):(.*)$/gm)];
  const names = variables.map(([, name]) => name);

  it('passes every setting to the server that the image does not fix', () => {
    expect(names.toSorted()).toEqual(
      [...VARIABLE_NAMES, 'COUNTERSIGN_VAULT_KEY'].filter((name) => !IN_IMAGE.includes(name)).toSorted(),
    );
  });

  it('names TRUSTED_PROXIES first among the optional settings', () => {
    expect(variables.find(([, , value]) => value === '')?.[1]).toBe('TRUSTED_PROXIES');
  });
});

describe('.env.example', () => {
  const names = [...read('.env.example').matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);

  it('lists every setting once, TRUSTED_PROXIES first', () => {
    const secrets = ['COUNTERSIGN_VAULT_KEY', 'MARIADB_PASSWORD', 'REDIS_PASSWORD'];
    expect(names.toSorted()).toEqual([...VARIABLE_NAMES, ...secrets].toSorted());
    expect(names[0]).toBe('TRUSTED_PROXIES');
  });
});

describe('the runtime image', () => {
  beforeAll(() => BuiltServer.build(), 150_000);

  it('has what `npm run keys` needs, without a build', () => {
    const copied = [...read('Dockerfile').matchAll(/^COPY --from=build \/app\/(\S+) /gm)].map(([, path = '']) => path);
    const image = mkdtempSync(join(tmpdir(), 'countersign-image-'));
    try {
      for (const path of copied) {
        if (path === 'package.json') cpSync(join(ROOT, path), join(image, path));
        else {
          mkdirSync(dirname(join(image, path)), { recursive: true });
          symlinkSync(join(ROOT, path), join(image, path));
        }
      }
      const npm = spawnSync('npm', ['run', '--silent', 'keys'], { cwd: image, encoding: 'utf8' });
      expect(npm).toMatchObject({ status: 0, stderr: '' });
      expect(parseKey(/^OPERATOR_KEY=(.*)$/m.exec(npm.stdout)?.[1] ?? '')?.role).toBe('operator');
      expect(npm.stdout).toMatch(/^COUNTERSIGN_VAULT_KEY=\S{44}$/m);
    } finally {
      rmSync(image, { recursive: true });
    }
  });
});
