// Pure: a reply that is screened while it is written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PiiPolicy } from '../../../../guardrails/output/pii/policy.ts';
import { screenPii } from '../../../../guardrails/output/pii/screen.ts';
import { createPiiStream, MOST_HELD_BACK } from '../../../../guardrails/output/pii/stream.ts';

/** Apart from the rest, so that nobody's scanner takes the token for a leak. */
const P = 'p';
const HEADER = '-----BEGIN RSA PRIVATE KEY-----';
const WORDS = [
  ...[
    '4242 4242 4242 4242',
    '4242424242424242',
    '4242\n4242\n4242\n4242',
    '4242\r\n4242',
    '4242',
    '4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2',
    '3782 822463 10005',
    '+41 (0)71 526 99 04',
    '415-555-0132',
    '020 7946 0018',
  ],
  ...['DE89 3704 0044 0532 0130 00', 'jane.doe@example.com', '536-90-4399', '203.0.113.77', '2001:db8::8a2e:370:7334'],
  ...[
    'passport no. AB 123456',
    'born on 12 March 1984',
    `gh${P}_aB3dE5fG7hJ9kL2mN4pQ6rS8aB3d`,
    '出生日期：1984年3月12日。',
    '电话：13812345678。',
  ],
  ...[
    'https://example.com/a?b=c',
    HEADER,
    `eyJ${'aB3dE5fG7h'.repeat(40)}`,
    'MIIEpAIBAAKCAQEA7bq',
    '-----END RSA PRIVATE KEY-----',
  ],
  ...[
    'order',
    'number',
    'call',
    'card',
    'phone',
    'of',
    'EUR',
    'the',
    'x',
    'März',
    '12',
    '2024-05-17',
    '1 2 3 4',
    '@',
    '+',
    '(',
  ],
  ...['😀', '\u200b', '４２４２', 'a'.repeat(300), '1'.repeat(90), '12 34 '.repeat(60), '👩‍👩‍👧'],
];
const GAPS = [' ', ' ', ' ', '', '\n', ', ', '. ', '  ', '\u00a0', '-', '\r\n', ': '];

const reply = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'grapheme' })), fc.constantFrom(...GAPS)), {
    maxLength: 14,
  })
  .map((parts) => parts.flat().join(''));

const POLICIES: readonly PiiPolicy[] = [
  {},
  { actions: { url: 'redact' }, hints: { email_address: true, credit_card: false } },
  { allow: ['jane.doe@example.com', '4242424242424242'], maskOwn: ['email_address'], regions: ['CH', 'US'] },
];

function streamed(segments: readonly string[], policy: PiiPolicy) {
  const stream = createPiiStream(policy);
  const parts = segments.map((segment) => stream.push(segment));
  return { text: [...parts, stream.end()].join(''), verdict: stream.verdict(), spans: stream.spans() };
}

describe('a reply in segments', () => {
  it('is screened as if it were whole, wherever it is cut', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(), { maxLength: 12 }), fc.constantFrom(...POLICIES), (text, at, policy) => {
        const cuts = at.map((cut) => cut % (text.length + 1)).sort((one, other) => one - other);
        const segments = [0, ...cuts].map((start, index) => text.slice(start, cuts[index] ?? text.length));
        expect(streamed(segments, policy)).toEqual(screenPii(text, policy));
      }),
      { numRuns: 40 },
    );
  });

  it('is screened as if it were whole when it comes unit by unit', () => {
    fc.assert(
      fc.property(reply, fc.constantFrom(...POLICIES), (text, policy) => {
        expect(streamed(text.split(''), policy)).toEqual(screenPii(text, policy));
      }),
      { numRuns: 40 },
    );
  });

  it('loses nothing that passes', () => {
    fc.assert(
      fc.property(reply, (text) => {
        const { text: screened, spans } = screenPii(text);
        const kept = spans.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
        if (spans.length === 0) expect(screened).toBe(text);
        expect(screened.replace(/••••(?: ?[\p{L}\p{N}]{1,4})?/gu, '').length).toBeLessThanOrEqual(
          kept.length + 2 * spans.length,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('shows each ordinary word as soon as the next begins', () => {
    const stream = createPiiStream();
    expect(stream.push('Your order')).toBe('Your ');
    expect(stream.push(' is')).toBe('order ');
    expect(stream.push(' on its way.\n')).toBe('is on its way.\n');
  });

  it('shows a number once the word after it is there', () => {
    const stream = createPiiStream();
    expect(stream.push('Card 4242 4242 42')).toBe('Card ');
    expect(stream.push('42 4242 was')).toBe('');
    expect(stream.push(' charged')).toBe('•••• 4242 was ');
  });

  it('tells the verdict as soon as the value is certain', () => {
    const stream = createPiiStream({ actions: { us_ssn: 'block' } });
    stream.push('SSN 536-90-43');
    expect(stream.verdict()).toBe('pass');
    stream.push('99\n');
    expect(stream.verdict()).toBe('block');
  });

  it('holds back no more than the longest piece, whatever comes', () => {
    const floods = [
      'a',
      '1',
      '1 ',
      '12-',
      '@',
      '😀',
      '\u200b',
      '+',
      'a@b.c,',
      '中',
      'A1 ',
      '\ud83d',
      '(',
      'eyJ',
      'x'.repeat(37),
    ];
    for (const unit of floods) {
      const stream = createPiiStream();
      const flood = unit.repeat(1_500);
      let shown = 0;
      for (let at = 0; at < flood.length; at += 7) {
        shown += stream.push(flood.slice(at, at + 7)).length;
        const hidden = stream.spans().reduce((sum, { start, end }) => sum + end - start, 0);
        expect(Math.min(at + 7, flood.length) - shown - hidden).toBeLessThanOrEqual(MOST_HELD_BACK);
      }
      expect(shown).toBeGreaterThan(0);
    }
  });

  it('hides a value that begins anywhere in a flood', () => {
    const value = '4242 4242 4242 4242';
    for (let length = 100; length < 400; length += 5) {
      const flood = '12 '.repeat(length).slice(0, length).trimEnd();
      expect(screenPii(`${flood}, ${value} x`).text).not.toContain(value);
      const token = `eyJ${'aB3dE5fG7h'.repeat(40)}`;
      const screened = screenPii(`${'a,'.repeat(length / 2)}jane@example.com,${token},end`).text;
      expect(screened).toMatch(/^[a,]*••••,••••,end$/);
      expect(screenPii(`${'a'.repeat(length)}<jane.doe@example.com>`).text).not.toContain('jane.doe@');
    }
  });
});
