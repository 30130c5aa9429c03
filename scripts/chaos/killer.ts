/** Kills: the worker at a steady beat, Temporal and PostgreSQL once each, when enough of the conversations have ended. */
import type { Mortal } from '../conformance/stack.ts';

export interface KillerOptions {
  kill(part: Mortal): Promise<void>;
  untilWorkerServes(withinMs: number): Promise<void>;
  /** How long a worker may work, in milliseconds. */
  readonly everyMs: number;
  readonly log: (line: string) => void;
}

export interface Killer {
  /** Tell it how far the run is: from 0 to 1. */
  progress(part: number): void;
  readonly kills: Readonly<Record<Mortal, number>>;
  /** Rejects when something that was killed could not be started again. */
  readonly failed: Promise<never>;
  /** Resolves when what was killed last is up again. */
  stop(): Promise<void>;
}

/** Its life counts from when it works: a busy machine may take longer to bring it up than it then has. */
const LONGEST_START_MS = 30_000;

/** At which part of the run these die. Apart from each other, so that it is seen which of them does harm. */
const ONCE = [
  ['temporal', 0.25],
  ['postgres', 0.55],
] as const satisfies readonly (readonly [Mortal, number])[];

export function startKiller({ kill, untilWorkerServes, everyMs, log }: KillerOptions): Killer {
  const kills = { worker: 0, temporal: 0, postgres: 0 };
  let stopping = false;
  const underWay = new Set<Promise<void>>();
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);

  function strike(part: Mortal): Promise<void> {
    kills[part] += 1;
    const striking = kill(part)
      .catch(fail)
      .finally(() => underWay.delete(striking));
    underWay.add(striking);
    return striking;
  }

  async function beat(): Promise<void> {
    for (;;) {
      await untilWorkerServes(LONGEST_START_MS);
      await pause(everyMs);
      if (stopping) return;
      await strike('worker');
    }
  }

  const beating = beat();
  return {
    progress(done) {
      for (const [part, at] of ONCE) {
        if (kills[part] > 0 || done < at) continue;
        log(`killing ${part}`);
        void strike(part);
      }
    },
    kills,
    failed,
    async stop() {
      stopping = true;
      await Promise.all([beating, ...underWay]);
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
