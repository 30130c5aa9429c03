// Pure: no reply and no evidence makes the check slow. Times are compared with each other, never with a limit.
import { describe, expect, it } from 'vitest';
import { checkFacts } from '../../../../../guardrails/output/facts/check.ts';
import { cpuMs } from '../../../../support/cpu.ts';
import { NOTHING, ORDER } from './evidence.ts';

const REPLIES = [
  'a',
  '1',
  '1,111',
  '- 1\n',
  'A.',
  'May 1 ',
  '*',
  '\n- A1b2',
  'I have cancelled ',
  'if I have been updated ',
  'Aa Bb ',
  '(AAA) ',
];
const EVIDENCE = ['a', '1.', '\n- A1b2', 'May 1 ', 'Aa Bb '];

const filled = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Ten times the text may take forty times as long; a square would take a hundred. Below two milliseconds all is noise. */
function growth(work: (text: string) => unknown, unit: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5 && least > 40; attempt++) {
    const short = cpuMs(() => work(filled(unit, 3_000)));
    least = Math.min(least, cpuMs(() => work(filled(unit, 30_000))) / Math.max(short, 2));
  }
  return least;
}

describe('ten times the text takes about ten times as long, up to 100 kB', () => {
  it.each(REPLIES)('in a reply of %j', (unit) => {
    expect(growth((text) => checkFacts(text, { ...NOTHING, results: [ORDER] }), unit)).toBeLessThan(40);
  });

  it.each(EVIDENCE)('in evidence of %j', (unit) => {
    const all = (text: string) => ({ ...NOTHING, results: [text], customer: [text], said: [text] });
    expect(growth((text) => checkFacts('It costs $7.', all(text)), unit)).toBeLessThan(40);
  });
});
