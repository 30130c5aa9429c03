/** Local activities in a history: one marker each, written when they end. */
import type { HistoryEvent } from './history.ts';
import { jsonOf } from './payload.ts';

export interface LocalActivity {
  /** Counted from 1 in the order they were asked for. */
  readonly seq: number;
  readonly activityType: string;
  readonly attempt: number;
  /** When it ended, in milliseconds of the workflow's own time. */
  readonly endedAt: number;
  readonly outcome: { readonly kind: 'result'; readonly result: unknown } | { readonly kind: 'failure' };
}

const MARKER = 'core_local_activity';

export function localActivityOf(event: HistoryEvent): LocalActivity | undefined {
  const marker = event.markerRecordedEventAttributes;
  if (marker?.markerName !== MARKER) return undefined;
  const data = jsonOf(marker.details?.['data']?.payloads?.[0]);
  if (typeof data !== 'object' || data === null) return undefined;
  const read = (key: string): unknown => Reflect.get(data, key);
  const [seq, activityType, attempt] = [read('seq'), read('activity_type'), read('attempt')];
  if (typeof seq !== 'number' || typeof activityType !== 'string') return undefined;
  return {
    seq,
    activityType,
    attempt: typeof attempt === 'number' ? attempt : 1,
    endedAt: millisecondsOf(read('complete_time')),
    outcome: marker.failure
      ? { kind: 'failure' }
      : { kind: 'result', result: jsonOf(marker.details?.['result']?.payloads?.[0]) },
  };
}

function millisecondsOf(time: unknown): number {
  if (typeof time !== 'object' || time === null) return 0;
  const part = (key: string) => Number(Reflect.get(time, key) ?? 0);
  return part('seconds') * 1_000 + part('nanos') / 1_000_000;
}
