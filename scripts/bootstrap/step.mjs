import { spawn } from 'node:child_process';

/** Setting up went wrong in a way the message explains: shown without a stack trace. */
export class SetUpError extends Error {}

/** Says something to the person waiting; on stderr, because stdout belongs to the command that follows. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs one step of the set-up with its output on stderr; throws `SetUpError` with `remedy` when it fails. */
export async function step(command, args, { cwd, remedy }) {
  const outcome = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 2, 2] });
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? undefined : `it ended with ${signal ?? `exit code ${code}`}`),
    );
  });
  if (outcome === undefined) return;
  throw new SetUpError(`Set-up stopped at \`${[command, ...args].join(' ')}\`: ${outcome}. ${remedy}`);
}
