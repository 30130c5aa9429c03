/** What the operating system knows about a process. */

import { readFile } from 'node:fs/promises';
import { run } from './run.ts';

/** The command line of a running process; `undefined` when there is none, or when only its exit status is left. */
export async function commandOf(pid: number): Promise<string | undefined> {
  const said = await run('ps', ['-o', 'command=', '-p', String(pid)], {
    env: { PATH: '/usr/bin:/bin', COLUMNS: '4096' },
    timeoutMs: 10_000,
  });
  if (said.outcome === 'not_run') {
    // Slim containers have no `ps`; the kernel answers there.
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line === '' ? undefined : line.replaceAll('\0', ' ');
  }
  const command = said.output.trim();
  return said.code !== 0 || command === '' || command.includes('<defunct>') ? undefined : command;
}
