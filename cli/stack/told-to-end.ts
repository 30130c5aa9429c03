/** Waiting for the person or the service manager to end us. */

/** npm passes Ctrl-C on to a process that got it from the terminal as well; that is not a second one. */
const SAME_MS = 1_000;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP. A later one ends the process at once: somebody is in a hurry. */
export function toldToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let at: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      if (at !== undefined && performance.now() - at > SAME_MS) process.exit(130);
      at ??= performance.now();
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', onSignal);
  });
}
