/** Keeps a call reserved for this process while it is being made. */

/** A function that takes the lease, keeps it until `work` has ended and then gives it up. */
export function holdWhile(
  work: Promise<unknown>,
  hold: (ms: number) => Promise<void>,
  leaseMs: number,
): () => Promise<void> {
  let over = false;
  let renewal: NodeJS.Timeout | undefined;
  // Where the database is away the lease may lapse or stay; then the journal row decides.
  const quietly = (ms: number) => hold(ms).catch(() => undefined);
  const ended = () => {
    over = true;
    if (renewal === undefined) return;
    clearInterval(renewal);
    void quietly(0);
  };
  work.then(ended, ended);
  return async () => {
    if (over || renewal !== undefined) return;
    renewal = setInterval(() => void quietly(leaseMs), leaseMs / 3);
    await hold(leaseMs);
  };
}
