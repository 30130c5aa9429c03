/** Time this process computes: unlike the clock on the wall, what else runs on the machine hardly shows in it. */

/** Milliseconds of CPU. The least of `times` runs: only what a run needs at least says something about the code. */
export function cpuMs(work: () => unknown, times = 1): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < times; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}
