// Pure: no text makes a rule slow. Times of one rule are compared with each other, never with a limit.
import { describe, expect, it } from 'vitest';
import { FINDERS } from '../../../../guardrails/output/pii/finders.ts';
import { screenPii } from '../../../../guardrails/output/pii/screen.ts';
import { PII_TYPES } from '../../../../guardrails/output/pii/types.ts';
import { cpuMs } from '../../../support/cpu.ts';

const HOSTILE = [
  ...[
    'a',
    '1',
    '1 ',
    '12 ',
    '01 23 ',
    '4242 ',
    '4242-',
    '(1',
    '1.',
    '+1',
    '@',
    'a@',
    'a@b.',
    'a.',
    '-',
    ':',
    'f:',
    '::',
    '://',
    '://a:',
  ],
  ...[
    'eyJ',
    'sk_live_',
    'password: a1',
    'key=',
    '-----BEGIN ',
    '-----BEGIN A PRIVATE KEY-----',
    'GB29',
    'de89 a',
    'http://a',
    'www.',
  ],
  ...[
    'passport A1 ',
    'license A1-',
    'born 1 ',
    'born May 1 ',
    '1.1.',
    'A ',
    'A1 ',
    'Zz9',
    '\u200b',
    '１',
    'call 1234567 ',
    '1/',
  ],
];

const filled = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/**
 * Ten times the text may take forty times as long; a square would take a hundred. Below half a millisecond all is noise, and
 * a busy machine is given another chance: a rule that is slow is slow every time.
 */
function expectLinear(work: (text: string) => unknown, unit: string, shorter: number): void {
  const [short, long] = [filled(unit, shorter), filled(unit, 10 * shorter)];
  let growth = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 6 && growth > 40; attempt++) {
    growth = Math.min(
      growth,
      cpuMs(() => work(long)) /
        Math.max(
          cpuMs(() => work(short)),
          0.5,
        ),
    );
  }
  expect(growth > 40 ? [unit, growth] : []).toEqual([]);
}

describe('ten times the text takes about ten times as long', () => {
  it.each(PII_TYPES)('in the rule for %s', (type) => {
    const find = FINDERS[type];
    for (const unit of HOSTILE) expectLinear((text) => find({ text, from: 0, regions: [] }), unit, 1_000);
  });

  it('in the whole screen, up to 100 kB', () => {
    for (const unit of ['a', '01 23 ', 'a@b.']) expectLinear(screenPii, unit, 10_000);
  });
});
