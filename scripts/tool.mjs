/**
 * Runs a program of the development dependencies, installing those first where they are missing:
 *
 *   node scripts/tool.mjs biome check --write
 *
 * Unlike `bootstrap.mjs` it does not build, so that code which does not compile can still be formatted and looked at.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetUpError } from './bootstrap/step.mjs';
import { requireDependencies } from './gates/dependencies.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));

try {
  await requireDependencies(root);
  const [program, ...args] = process.argv.slice(2);
  if (program === undefined) throw new SetUpError('Say which program: node scripts/tool.mjs <program> [arguments]');
  const child = spawn(join(root, 'node_modules', '.bin', program), args, { cwd: root, stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; this process only waits for what the child makes of it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('error', (error) => {
    console.error(`${program} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
