/** Whether now is within hours of a day, in a zone. */
import type { Facts } from './facts.ts';
import type { Condition, Weekday } from './rule.ts';
import { type Truth, truthOf } from './truth.ts';

const MINUTE = 60_000;
const DAY = 1_440;

type Window = Extract<Condition, { between: unknown }>;

export function isWithin({ between: [from, to], zone, days }: Window, facts: Facts): Truth {
  const [begin, end, offset] = [minutesOf(from), minutesOf(to), offsetOf(zone, facts)];
  const { now } = facts;
  if (begin === undefined || end === undefined || offset === undefined) return 'unknown';
  if (now === undefined || !Number.isFinite(now)) return 'unknown';
  const local = Math.floor(now / MINUTE) + offset;
  const minute = ((local % DAY) + DAY) % DAY;
  // What lies behind midnight belongs to the day the window began.
  const overMidnight = begin > end && minute < end;
  const inside = begin <= end ? minute >= begin && minute < end : minute >= begin || minute < end;
  return truthOf(inside && (days === undefined || days.includes(weekdayOf(overMidnight ? local - DAY : local))));
}

/** Minutes of a day for `HH:MM`; `24:00` is its end. */
export function minutesOf(time: string): number | undefined {
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  const all = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && all <= DAY ? all : undefined;
}

const FIXED = /^([+-])(\d{2}):(\d{2})$/;

export function isFixedZone(zone: string): boolean {
  return zone === 'Z' || FIXED.test(zone);
}

function offsetOf(zone: string, { utcOffsets }: Facts): number | undefined {
  if (zone === 'Z') return 0;
  const [, sign, hours, minutes] = FIXED.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const offset = utcOffsets !== undefined && Object.hasOwn(utcOffsets, zone) ? utcOffsets[zone] : undefined;
  return offset !== undefined && Number.isInteger(offset) && Math.abs(offset) <= 14 * 60 ? offset : undefined;
}

/** 1970 began on a Thursday. */
function weekdayOf(local: number): Weekday {
  return (((((Math.floor(local / DAY) + 3) % 7) + 7) % 7) + 1) as Weekday; // 1 to 7 by the sum
}
