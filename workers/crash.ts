/** Ends this process in the middle of a turn, for tests: as the kernel would, without a last word. */
import { unlinkSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { CRASH_POINTS, type Crash } from '../activities/crash-points.ts';

/**
 * @param at a crash point, or the absolute path of a folder with a file `<tenant>.<conversation>.<turn>.<point>` for each
 *   crash there is to be; the file is taken away first, so that the next process gets past that place
 * @throws Error when it is neither
 */
export function crashAt(at: string | undefined, die: () => void = killed): Crash | undefined {
  if (at === undefined) return undefined;
  if (isAbsolute(at)) {
    return (point, { tenant, id }, turn) => {
      if (taken(join(at, `${tenant}.${id}.${turn}.${point}`))) die();
    };
  }
  if (!CRASH_POINTS.some((point) => point === at)) {
    throw new Error(`CRASH_AT is "${at}". Use one of ${CRASH_POINTS.join(', ')}, or the absolute path of a folder.`);
  }
  return (point) => {
    if (point === at) die();
  };
}

function taken(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}

function killed(): void {
  process.kill(process.pid, 'SIGKILL');
}
