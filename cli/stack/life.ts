/** The life of a process that runs several parts: however it ends, they end in order and within a few seconds. */
import { describe } from '../failure.ts';
import { whenReaderGoes } from './reader.ts';
import { toldToEnd } from './told-to-end.ts';

/** What ends first. The parts of one stage end together. */
const STAGES = ['announcement', 'serving', 'services', 'home'] as const;
export type Stage = (typeof STAGES)[number];

export interface Life {
  /** What to do at the end; at once where the end has already begun. */
  onEnd(stage: Stage, stop: () => Promise<unknown>): void;
  /** Ends everything because a part cannot go on. */
  fail(error: unknown): void;
  /** Fires when the end begins. */
  readonly ending: AbortSignal;
}

/** An orderly end takes about a second; what is not done by then dies with us. */
const END_WITHIN_MS = 2_900;

type Reason = { readonly kind: 'told' | 'nobody_reads' } | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Runs `work`, then waits for the end: a signal, a reader of our output that has gone, a failure of any part, or an
 * exception nobody caught. Never returns: what is still open then must not keep the process.
 */
export async function live(work: (life: Life) => Promise<void>): Promise<never> {
  const stops = new Map<Stage, (() => Promise<unknown>)[]>(STAGES.map((stage) => [stage, []]));
  const ending = new AbortController();
  let end: (reason: Reason) => void = () => undefined;
  const ended = new Promise<Reason>((resolve) => {
    end = resolve;
  });
  const fail = (error: unknown) => end({ kind: 'failed', error });
  process.on('uncaughtException', fail);
  whenReaderGoes(() => end({ kind: 'nobody_reads' }));
  void toldToEnd().then(() => end({ kind: 'told' }));

  work({
    onEnd: (stage, stop) => {
      if (ending.signal.aborted) stop().catch(() => undefined);
      else stops.get(stage)?.push(stop);
    },
    fail,
    ending: ending.signal,
  }).catch(fail);

  const reason = await ended;
  if (reason.kind === 'failed') process.stderr.write(`handback: ${describe(reason.error)}\n`);
  ending.abort();
  const deadline = new Promise((resolve) => setTimeout(resolve, END_WITHIN_MS));
  await Promise.race([deadline, endInOrder(stops)]);
  process.exit(reason.kind === 'failed' ? 1 : 0);
}

async function endInOrder(stops: ReadonlyMap<Stage, readonly (() => Promise<unknown>)[]>): Promise<void> {
  for (const stage of STAGES) {
    // A part that cannot end in order is no reason to leave the others running.
    await Promise.allSettled((stops.get(stage) ?? []).map((stop) => stop()));
  }
}
