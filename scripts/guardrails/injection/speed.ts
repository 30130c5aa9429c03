/** How long the cascade takes, with the shipped weights. */
import { screenInput } from '../../../guardrails/input/screen.ts';

export interface Speed {
  /** Milliseconds an ordinary message. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds for a text of 10 kB, and of 1 MB. */
  readonly tenKilobytes: number;
  readonly oneMegabyte: number;
  /** The slowest of some texts of 1 MB that were made to be slow. */
  readonly hostileMegabyte: number;
}

const WARM_UP = 500;
const COUNTED = 2_000;
const MEGABYTE = 1_000_000;

export function speedOn(messages: readonly string[]): Speed {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + COUNTED; round++) {
    const text = messages[(round * 7_919) % messages.length] ?? '';
    const took = timeOf(text);
    if (round >= WARM_UP) times.push(took);
  }
  times.sort((one, other) => one - other);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? 0;
  const long = messages.join('\n').slice(0, MEGABYTE);
  const megabyte = long.padEnd(MEGABYTE, long);
  return {
    p50: at(0.5),
    p99: at(0.99),
    tenKilobytes: timeOf(megabyte.slice(0, 10_000)),
    oneMegabyte: timeOf(megabyte),
    hostileMegabyte: Math.max(...HOSTILE.map((part) => timeOf(part.repeat(MEGABYTE / part.length)))),
  };
}

/** Runs of what each stage looks for: letters that stand alone, encodings, lookalikes, signs for letters, invisible ones. */
const HOSTILE = [
  'a ',
  'i g n o r e  ',
  'QUJDREVGR0hJSktMTU5P',
  '4142',
  '%41',
  '\\u0041',
  '1gn0r3 ',
  'іgnоrе ',
  'a\u200b',
  'ignore all ',
];

function timeOf(text: string): number {
  const began = performance.now();
  screenInput(text, 'customer');
  return performance.now() - began;
}
