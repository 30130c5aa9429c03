/**
 * Circuit breakers over all conversations and workers: a service that fails is left alone, and one call at a time finds out
 * whether it is back. The rules are `core/breaker.ts`; the state is in Postgres, and each process knows it to within a
 * second.
 *
 * A service that has not answered for a while is not proven: at most as many calls of this process are under way as
 * failures would open its breaker, and the others wait for what becomes of them. So a dead service is not run into by
 * everybody at once before the first of them has failed. With n processes it is called at most n times the threshold, and
 * once a trial: a process begins a call only while what it has under way and the failures in a row that it knows of are
 * together less than the threshold, and whoever keeps a failure learns of all that were kept before.
 */
import {
  admit,
  type Breaker,
  type BreakerSettings,
  type CallOutcome,
  CLOSED,
  outcomeShownBy,
  record,
} from '../core/breaker.ts';
import { type Failure, FailureError } from '../core/failure.ts';
import { writeAudit } from '../db/audit.ts';
import { changeBreaker, readBreaker, readBreakers } from '../db/breakers.ts';
import type { Queryable } from '../db/database.ts';
import type { Log } from './dependencies.ts';

export interface GuardedCall<R> {
  /** `tool:<agent>/<name>`, `model:<name>` or `model:<provider>/<name>`. */
  readonly service: string;
  /** Unique among all calls. */
  readonly id: string;
  readonly signal: AbortSignal;
  work(): Promise<R>;
  /** The failure behind what `work` threw; it decides whether the service is to blame. */
  classify(error: unknown): Failure;
}

export interface Breakers {
  /** @throws FailureError `upstream_down` where the breaker is open, and whatever `work` throws */
  guard<R>(call: GuardedCall<R>): Promise<R>;
}

const BREAKER_SETTINGS: BreakerSettings = {
  // More than the attempts of one call: a breaker is about a service, not about one conversation's bad luck.
  threshold: 8,
  openMs: 10_000,
  mostOpenMs: 300_000,
  // Longer than any call may take by default: a probe that is still under way is not given up.
  probeMs: 150_000,
};

/** How long what was read stands for a look into Postgres. */
const FRESH_MS = 1_000;
/** Older than this it is not used at all. */
const STALE_MS = 10_000;
/** How long one success proves a service. */
const PROVEN_MS = 60_000;

interface Known {
  readonly breaker: Breaker;
  readonly version: number;
}

interface Service {
  known: Known;
  underWay: number;
  provenUntil: number;
  readonly waiting: Set<() => void>;
}

export function createBreakers(
  { database, log }: { readonly database: Queryable; readonly log: Log },
  settings: BreakerSettings = BREAKER_SETTINGS,
  now: () => number = Date.now,
  random: () => number = Math.random,
): Breakers {
  const services = new Map<string, Service>();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  function serviceOf(name: string): Service {
    const found = services.get(name);
    if (found !== undefined) return found;
    const made = {
      known: { breaker: CLOSED, version: 0 },
      underWay: 0,
      provenUntil: 0,
      waiting: new Set<() => void>(),
    };
    services.set(name, made);
    return made;
  }

  /** Without Postgres the breakers stand as they were last known: they protect others and must not harm us. */
  async function readAll(): Promise<void> {
    try {
      const stored = await readBreakers(database);
      for (const { service, breaker, version } of stored) learn(serviceOf(service), { breaker, version });
    } catch (error) {
      log.debug({ err: error }, 'breakers could not be read');
    } finally {
      readAt = now();
      reading = undefined;
    }
  }

  async function refresh(): Promise<void> {
    const age = now() - readAt;
    if (age < FRESH_MS) return;
    reading ??= readAll();
    if (age >= STALE_MS) await reading;
  }

  function learn(service: Service, known: Known): void {
    if (known.version <= service.known.version) return;
    service.known = known;
    wake(service);
  }

  function wake(service: Service): void {
    for (const each of service.waiting) each();
  }

  /** Reduces the breaker and keeps it, again from the start where another process was first. */
  async function change(name: string, reduce: (breaker: Breaker) => Breaker): Promise<Breaker> {
    const service = serviceOf(name);
    for (;;) {
      const { breaker, version } = service.known;
      const next = reduce(breaker);
      if (next === breaker) return breaker;
      try {
        if (await changeBreaker(database, name, version, next)) {
          learn(service, { breaker: next, version: version + 1 });
          if (next.state.kind !== breaker.state.kind) await tell(name, breaker, next);
          return next;
        }
        const stored = await readBreaker(database, name);
        if (stored !== undefined) learn(service, stored);
        else service.known = { breaker, version: 0 };
      } catch (error) {
        log.debug({ err: error, service: name }, 'a breaker could not be kept');
        service.known = { breaker: next, version };
        return next;
      }
    }
  }

  async function tell(service: string, from: Breaker, to: Breaker): Promise<void> {
    const detail = { from: from.state.kind, to: to.state.kind };
    if (to.state.kind === 'open') log.error({ service, ...detail }, 'a breaker opened: the service keeps failing');
    else log.info({ service, ...detail }, 'a breaker changed');
    const entry = { tenant: '*', actor: 'worker', action: 'breaker.changed', subject: service, detail };
    await writeAudit(database, entry).catch((error: unknown) => log.debug({ err: error }, 'no audit row was written'));
  }

  /** Waits for leave to call, and counts the call as under way. @throws FailureError `upstream_down` */
  async function enter(name: string, id: string, signal: AbortSignal): Promise<void> {
    const service = serviceOf(name);
    for (;;) {
      const { admission } = admit(service.known.breaker, id, now(), settings);
      if (admission.kind === 'refused') throw new FailureError(downFor(name, admission.retryAfterMs));
      if (admission.kind === 'probe') {
        const kept = await change(name, (breaker) => admit(breaker, id, now(), settings).breaker);
        if (kept.state.kind === 'half_open' && kept.state.probe.id === id) {
          service.underWay += 1;
          return;
        }
        continue;
      }
      if (hasRoom(service)) {
        service.underWay += 1;
        return;
      }
      await settlementOf(service, signal);
    }
  }

  function hasRoom({ known: { breaker }, underWay, provenUntil }: Service): boolean {
    if (breaker.forced !== undefined || breaker.state.kind !== 'closed') return true;
    const { failures } = breaker.state;
    return (failures === 0 && provenUntil > now()) || underWay + failures < settings.threshold;
  }

  async function settle(name: string, id: string, outcome: CallOutcome, admittedAt: number): Promise<void> {
    const service = serviceOf(name);
    if (outcome === 'succeeded') service.provenUntil = now() + PROVEN_MS;
    try {
      const seen = { admittedAt, chance: random() };
      await change(name, (breaker) => record(breaker, id, outcome, now(), settings, seen));
    } finally {
      // Only now: while a failure is being kept, no other call may take its place.
      service.underWay -= 1;
      wake(service);
    }
  }

  return {
    async guard({ service: name, id, signal, work, classify }) {
      await refresh();
      await enter(name, id, signal);
      const admittedAt = now();
      let outcome: CallOutcome = 'nothing';
      try {
        const result = await work();
        outcome = 'succeeded';
        return result;
      } catch (error) {
        outcome = outcomeShownBy(classify(error).kind);
        throw error;
      } finally {
        await settle(name, id, outcome, admittedAt);
      }
    },
  };
}

function downFor(service: string, retryAfterMs: number) {
  return {
    kind: 'upstream_down' as const,
    message: `The breaker of ${service} is open.`,
    retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)),
  };
}

/** @throws what the call was aborted with */
function settlementOf(service: Service, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      service.waiting.delete(woken);
      signal.removeEventListener('abort', aborted);
    };
    const woken = () => {
      end();
      resolve();
    };
    const aborted = () => {
      end();
      reject(signal.reason);
    };
    if (signal.aborted) return aborted();
    service.waiting.add(woken);
    signal.addEventListener('abort', aborted);
  });
}
