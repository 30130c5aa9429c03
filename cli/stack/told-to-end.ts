/** Waiting for the person or the service manager to end us. */

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP. The second one ends the process at once: somebody is in a hurry.
 */
export function toldToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let told = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (told) process.exit(130);
      told = true;
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', onSignal);
  });
}
