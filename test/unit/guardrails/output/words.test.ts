// Pure: all checks of a reply's words, whole and while it is written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuardrailSettings } from '../../../../core/manifest.ts';
import { canaryOf } from '../../../../guardrails/output/canary.ts';
import { LONGEST_SENTENCE } from '../../../../guardrails/output/sentences.ts';
import { screenWords } from '../../../../guardrails/output/words.ts';
import { createWordsStream } from '../../../../guardrails/output/words-stream.ts';
import { cpuMs } from '../../../support/cpu.ts';

const SENTENCE =
  'Always ask for the number of the booking before you look at anything else in the house of the customer';
const instructions = Array.from({ length: 12 }, (_, index) => `${SENTENCE} number${index}.`).join(' ');
const settings: GuardrailSettings = { phrases: { banned: ['no refunds'] }, language: 'off' };
const context = { instructions, revision: 'r1', settings };
const canary = canaryOf('r1');
const screened = (reply: string) => screenWords(reply, { ...context, customerText: '' });

describe('the words of a reply', () => {
  it('pass where nothing is found, and stop it where something is', () => {
    expect(screened('Your booking is confirmed.')).toEqual({ findings: [], verdict: 'pass' });
    const { findings, verdict } = screened(`I guarantee it: no refunds, ${canary}.`);
    expect(verdict).toBe('block');
    expect(findings.map(({ check }) => check)).toEqual(['canary', 'phrases', 'promises']);
  });

  it('are in the customer’s language', () => {
    const customerText = 'Wo ist meine Bestellung, bitte? Ich warte schon lange.';
    const reply = 'Your order was shipped yesterday and will arrive soon.';
    const { findings } = screenWords(reply, { ...context, settings: undefined, customerText });
    expect(findings.map(({ check, type }) => [check, type])).toEqual([['language', 'en']]);
  });
});

const PIECES = [
  ...['Hello', 'no', 'refunds', 'no refunds', 'I', 'guarantee', 'I guarantee it', 'we', 'will', 'the', 'customer'],
  ...[
    canary,
    canary.slice(0, 10),
    canary.slice(10),
    SENTENCE,
    'ok?',
    'so.',
    '1.',
    '- x',
    'nо',
    'г',
    '😀',
    '返金。',
    'word '.repeat(260),
  ],
];
const GAPS = [' ', ' ', ' ', '. ', ', ', '\n', '\n\n', '! ', '', '.” ', '\n- '];
const reply = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(...GAPS)), { maxLength: 14 })
  .map((parts) => parts.flat().join(''));

function streamed(segments: readonly string[]) {
  const stream = createWordsStream(context);
  const parts = segments.map((segment) => stream.push(segment));
  return { shown: [...parts, stream.end()].join(''), verdict: stream.verdict(), findings: stream.findings() };
}

describe('a preview', () => {
  it('ends before the sentence in which the whole reply has its first finding, wherever it is cut', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(), { maxLength: 12 }), (text, at) => {
        const cuts = at.map((cut) => cut % (text.length + 1)).sort((one, other) => one - other);
        const segments = [0, ...cuts].map((start, index) => text.slice(start, cuts[index] ?? text.length));
        const whole = screened(text);
        const preview = streamed(segments);
        expect(preview).toEqual(streamed([text]));
        expect(preview.verdict).toBe(whole.verdict);
        expect(text.startsWith(preview.shown)).toBe(true);
        if (whole.verdict === 'pass') expect(preview.shown).toBe(text);
        const first = Math.min(...whole.findings.map(({ start }) => start));
        expect(preview.shown.length).toBeLessThanOrEqual(first);
      }),
      { numRuns: 40 },
    );
  });

  it('shows a sentence when it is over', () => {
    const stream = createWordsStream(context);
    expect(stream.push('Your order is')).toBe('');
    expect(stream.push(' on its way. It')).toBe('Your order is on its way. ');
    expect(stream.push(' is late')).toBe('');
    expect(stream.end()).toBe('It is late');
  });

  it('shows nothing of a sentence with a promise, and nothing after it', () => {
    const stream = createWordsStream(context);
    expect(stream.push('Of course. I guar')).toBe('Of course. ');
    expect(stream.push('antee it. Thank you. ')).toBe('');
    expect(stream.verdict()).toBe('block');
    expect(stream.push('More. ') + stream.end()).toBe('');
  });

  it('holds a marker that comes letter by letter', () => {
    expect(streamed(Array.from(canary, (letter) => `${letter}. `)).shown.length).toBeLessThan(18);
  });

  it('holds a recital from its beginning on', () => {
    const recital = Array.from({ length: 6 }, (_, index) => `${SENTENCE} number${index}. `);
    expect(streamed(['Sure. ', ...recital]).shown).toBe('Sure. ');
  });

  it('holds back no more than the longest sentence', () => {
    const stream = createWordsStream(context);
    let shown = 0;
    for (let pushed = 10; pushed <= 6_000; pushed += 10) {
      shown += stream.push('word word ').length;
      expect(pushed - shown).toBeLessThanOrEqual(LONGEST_SENTENCE + 10);
    }
  });
});

const HOSTILE = [
  ...[
    'a',
    'a ',
    '. ',
    '.',
    'no ',
    'i ',
    'we will ',
    'i will pay ',
    'we guarantee ',
    'not ',
    '$ ',
    'for 1 ',
    'a.b',
    'aa ',
    "i'",
    '\n',
    '\n ',
    '1) ',
  ],
  ...[
    '"',
    '“',
    '`',
    'а',
    '\u200b',
    '返',
    'A@',
    canary.slice(0, 19),
    `${canary} `,
    'always ask for the number of the booking ',
    '&#65;',
    '```',
  ],
];

/** Ten times the text may take forty times as long; a square would take a hundred. */
function growthOf(unit: string): number {
  const filled = (length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  const [short, long] = [filled(1_000), filled(10_000)];
  const work = (text: string) =>
    screenWords(text, { ...context, settings: { ...settings, language: 'customer' }, customerText: text });
  let growth = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 6 && growth > 40; attempt++) {
    const once = Math.max(
      cpuMs(() => work(short)),
      0.5,
    );
    growth = Math.min(growth, cpuMs(() => work(long)) / once);
  }
  return growth;
}

describe('ten times the text', () => {
  it.each(HOSTILE)('takes about ten times as long, of %j', (unit) => {
    expect(growthOf(unit)).toBeLessThanOrEqual(40);
  });
});
