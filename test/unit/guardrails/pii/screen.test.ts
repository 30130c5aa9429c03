// Pure: what the customer sees of a reply that holds personal values.
import { describe, expect, it } from 'vitest';
import { findPii } from '../../../../guardrails/output/pii/find.ts';
import { screenPii } from '../../../../guardrails/output/pii/screen.ts';

describe('a reply with personal values', () => {
  it('shows enough of a card, an account and a telephone number for its owner', () => {
    expect(screenPii('Card 4242 4242 4242 4242, IBAN DE89 3704 0044 0532 0130 00, phone +1 415 555 0132.').text).toBe(
      'Card •••• 4242, IBAN DE•••• 3000, phone •••• 32.',
    );
  });

  it('shows nothing of the rest', () => {
    expect(screenPii('Write to jane@example.com, SSN 536-90-4399.').text).toBe('Write to ••••, SSN ••••.');
  });

  it('shows the start of an address where the policy says so', () => {
    const { text, verdict } = screenPii('Sent to jane@example.com.', { hints: { email_address: true } });
    expect(text).toBe('Sent to j•••@example.com.');
    expect(verdict).toBe('redact');
  });

  it('is masked and stopped where a type blocks, and the gravest type decides', () => {
    const text = 'jane@example.com, 536-90-4399, 203.0.113.77';
    const actions = { us_ssn: 'escalate', email_address: 'block' } as const;
    const screening = screenPii(text, { actions });
    expect(screening).toMatchObject({ verdict: 'escalate', text: '••••, ••••, ••••' });
    expect(screening.spans.map(({ start, end }) => text.slice(start, end))).toEqual(text.split(', '));
  });

  it('is left alone where a type passes', () => {
    const policy = { actions: { email_address: 'pass' } } as const;
    expect(screenPii('jane@example.com, https://example.com/x', policy)).toEqual({
      verdict: 'pass',
      text: 'jane@example.com, https://example.com/x',
      spans: [],
    });
  });

  it('is the same when it is screened again', () => {
    const policy = { hints: { email_address: true, us_ssn: true, passport_number: true } } as const;
    const once = screenPii('Card 4242424242424242, jane@example.com, SSN 536-90-4399, passport X1234567', policy).text;
    expect(screenPii(once, policy)).toMatchObject({ verdict: 'pass', text: once });
  });
});

describe("the customer's own values", () => {
  it.each([
    ['Jane@Example.com', 'We wrote to jane@example.com.'],
    ['@acme.example', 'Write to Help@acme.example.'],
    ['4242424242424242', 'Card 4242-4242-4242-4242.'],
    ['+14155550132', 'We call (415) 555-0132.'],
    ['079 123 45 67', 'We call +41 79 123 45 67.'],
    ['415-555-0132', 'We sent 415-555-0132 today.'],
  ])('%s is shown: %s', (own, text) => {
    expect(screenPii(text)).toMatchObject({ verdict: 'redact' });
    expect(screenPii(text, { allow: [own] })).toEqual({ verdict: 'pass', text, spans: [] });
    expect(findPii(text, { allow: [own] })).toEqual([]);
  });

  it('do not open the door for others', () => {
    const policy = { allow: ['jane@example.com', '@acme.example', '', '1', '555', '5550132'] };
    expect(screenPii('joe@example.com, x@evil-acme.example, +1 415 555 0132', policy).text).toBe('••••, ••••, •••• 32');
  });

  it('are shown as a hint where they are to be masked', () => {
    const policy = { allow: ['jane@example.com'], maskOwn: ['email_address'] } as const;
    expect(screenPii('jane@example.com or joe@example.com', policy).text).toBe('j•••@example.com or ••••');
  });
});

describe('what is looked for', () => {
  it('is what the caller asks for', () => {
    const text = 'jane@example.com at https://example.com/jane';
    expect(findPii(text).map(({ type }) => type)).toEqual(['email_address', 'url']);
    expect(findPii(text, { types: { email_address: false } }).map(({ type }) => type)).toEqual(['url']);
  });

  it('has offsets in UTF-16 units of the text as it was given', () => {
    const text = '😀é\u200b 4242\u200b4242 4242\u00a04242 😀';
    const [span] = findPii(text);
    expect(text.slice(span?.start, span?.end)).toBe('4242\u200b4242 4242\u00a04242');
  });
});
