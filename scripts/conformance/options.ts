/** What the scripts that play the airline have in common at their start: numbers on the command line, and the recordings. */
import { fileURLToPath } from 'node:url';
import { airlineDirectory, whyAbsent } from '../../examples/airline/data.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Ends the process. */
export function fail(why: string): never {
  console.error(why);
  process.exit(1);
}

/** The value of `--name`; ends the process where it is none. */
export function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  return fail(`--${name} ${text} is not a whole number of at least ${least}.`);
}

/**
 * Runs `main` where the recordings are, and says in the exit code whether it went right. Where they are not, the script is
 * skipped, or fails if somebody said where they would be.
 */
export async function withRecordings(
  script: string,
  env: Environment,
  main: (directory: string) => Promise<boolean>,
): Promise<void> {
  const directory = airlineDirectory(env);
  const absent = whyAbsent(directory);
  if (absent === undefined) process.exitCode = (await main(directory)) ? 0 : 1;
  else if (env['HANDBACK_TAU_DIR']) fail(absent);
  else console.log(`${script} skipped: ${absent}`);
}

/** A file of the build. @param from the file that asks: `import.meta.url` */
export function compiled(path: string, from: string): string {
  return fileURLToPath(new URL(path, from));
}
