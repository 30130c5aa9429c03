/** Waiting for services that are still starting. */

export interface WaitOptions {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const EVERY_MS = 500;

/**
 * Asks until `obstacle` is gone, and says each new obstacle once.
 * @returns false when the signal ended the waiting
 */
export async function waitFor(obstacle: () => Promise<string | undefined>, options: WaitOptions): Promise<boolean> {
  let said: string | undefined;
  while (!options.signal.aborted) {
    const found = await obstacle();
    if (found === undefined) return true;
    if (found !== said) options.say(`${found}; trying again ...`);
    said = found;
    await pause(options.signal);
  }
  return false;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, EVERY_MS);
    signal.addEventListener('abort', done);
  });
}
