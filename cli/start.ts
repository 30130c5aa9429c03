/** `handback start`: the whole platform in one process, for development. Needs nothing but this package. */
import { randomBytes } from 'node:crypto';
import { basename, join, relative } from 'node:path';
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { freePort, requireFreePort } from '../services/ports.ts';
import { printLine } from './print.ts';
import { openHome } from './stack/home.ts';
import { type Life, live } from './stack/life.ts';
import { prepareDatabase } from './stack/prepared-database.ts';

export function addStart(program: Command): void {
  program
    .command('start')
    .description('run everything in one process: Temporal, database, worker, API and, without a key, a stand-in model')
    .option('--fresh', 'forget what HANDBACK_HOME holds and begin anew')
    .action(async ({ fresh = false }: { fresh?: boolean }) => {
      const config = readConfig();
      await live((life) => start(config, fresh, life));
    });
}

async function start(given: Config, fresh: boolean, life: Life): Promise<void> {
  const home = await openHome(given.home, { fresh });
  life.onEnd('home', home.release);
  const config = { ...given, port: await apiPort(given) };
  const prepared = config.database.url === undefined ? prepareDatabase(home.database, config.env) : Promise.resolve();
  // Awaited later; until then nobody else would hear that it failed.
  prepared.catch(life.fail);
  const [{ startDevStack }, { greeting }] = await Promise.all([
    // Half a second of modules: loaded while the thread above is at work.
    import('./stack/dev-stack.ts'),
    import('./stack/greeting.ts'),
  ]);
  const stack = await startDevStack({ config, home, prepared, life, say: printLine });
  if (life.ending.aborted) return;
  printLine(
    greeting({
      config,
      home,
      stack,
      seconds: process.uptime(),
      command: commandFor(config),
      conversation: `hello-${randomBytes(3).toString('hex')}`,
    }),
  );
}

/** Asked for at once, so that a taken port is not told after seconds of starting. */
async function apiPort({ port }: Config): Promise<number> {
  if (port === 0) return freePort();
  await requireFreePort(port, 'the API', `Stop it, or set PORT, e.g. PORT=${port + 1}.`);
  return port;
}

/** What to type for another verb: the same program in the same home. */
function commandFor({ home }: Config): string {
  const program = programAt(process.argv[1] ?? 'handback');
  return home === '.handback' ? program : `HANDBACK_HOME=${home} ${program}`;
}

function programAt(file: string): string {
  if (basename(file) === 'handback') return 'handback';
  const path = relative(process.cwd(), file);
  // In a clone npx finds the command by package.json.
  return path === join('dist', 'cli', 'main.js') ? 'npx handback' : `node ${path}`;
}
