/** The compose file, as far as it can be checked without a Docker engine. */

import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { serverArguments } from '../../services/temporal.ts';

const root = resolve(import.meta.dirname, '../..');
let file: string;
let services: ReadonlyMap<string, string>;

beforeAll(async () => {
  file = await readFile(join(root, 'docker-compose.yml'), 'utf8');
  services = blocks(file.slice(file.indexOf('\nservices:\n') + '\nservices:\n'.length));
});

/** As the development server takes it: JSON. What YAML writes bare and is no number or truth value is a string. */
const asJson = (bare: string) => (/^(?:\d+|true|false)$/.test(bare) ? bare : JSON.stringify(bare));

describe('docker-compose.yml', () => {
  it('runs the database, Temporal with its pages, the migration, the API and the worker', () => {
    const expected = ['postgres', 'temporal', 'temporal-ui', 'migrate', 'api', 'worker'];
    expect([...services.keys()]).toEqual(expect.arrayContaining(expected));
  });

  it('the worker can be scaled: no name of its own and no port', () => {
    expect(services.get('worker')).not.toMatch(/container_name|ports:/);
    expect(file).not.toContain('container_name');
  });

  it('publishes ports on 127.0.0.1 only', () => {
    const published = [...file.matchAll(/^ +- ['"]([^'"]*):\d+['"]$/gm)].map((match) => match[1]);
    expect(published).toHaveLength(2);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('API and worker wait for the migration and for the namespace', () => {
    for (const name of ['api', 'worker']) {
      expect(services.get(name)).toMatch(/migrate:\n +condition: service_completed_successfully/);
      expect(services.get(name)).toMatch(/temporal-namespace:\n +condition: service_completed_successfully/);
    }
  });

  it('the API is healthy when /readyz says so', () => {
    expect(services.get('api')).toMatch(/healthcheck:[\s\S]*\/readyz/);
  });

  it('every file it mounts exists', async () => {
    const mounted = [...file.matchAll(/^ +- \.\/([^:]+):/gm)].map((match) => match[1] ?? '');
    expect(mounted.length).toBeGreaterThan(0);
    for (const path of mounted) expect((await stat(join(root, path))).isFile()).toBe(true);
  });

  it('Temporal has the same dynamic configuration as the development server', async () => {
    const yaml = await readFile(join(root, 'docker/temporal/dynamic-config.yaml'), 'utf8');
    const inYaml = [...yaml.matchAll(/^(\S+):\n +- value: (\S+)$/gm)].map(
      (match) => `${match[1]}=${asJson(match[2] ?? '')}`,
    );
    const flag = '--dynamic-config-value=';
    const inServer = serverArguments({ binary: 't', port: 1, logFile: 'l' }, 'default')
      .filter((argument) => argument.startsWith(flag))
      .map((argument) => argument.slice(flag.length));
    expect(inYaml).toEqual(inServer);
  });

  it('is accepted by docker-compose', async (context) => {
    const run = promisify(execFile);
    const checked = run('docker-compose', ['--file', join(root, 'docker-compose.yml'), 'config', '--services']);
    const found = await checked.catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (found === undefined) return context.skip('no docker-compose here: its own check of the file is left out');
    const { stdout } = found;
    expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(services.keys()));
  });
});

describe('the image', () => {
  it('runs as a user that is not root, from stages that leave the compiler behind', async () => {
    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).not.toMatch(/npm (install|ci)/);
    expect(dockerfile).toContain('--omit=dev');
  });
});

/** The lines below each two-space key, until the next top-level key: all the structure these checks need. */
function blocks(yaml: string): Map<string, string> {
  const found = new Map<string, string>();
  let current: string | undefined;
  for (const line of yaml.split('\n')) {
    if (/^\S/.test(line)) break;
    const key = /^ {2}([\w-]+):$/.exec(line)?.[1];
    if (key !== undefined) current = key;
    if (current !== undefined) found.set(current, `${found.get(current) ?? ''}${line}\n`);
  }
  return found;
}
