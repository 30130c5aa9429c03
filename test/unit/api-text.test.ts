// Pure: no server, no database.
import { describe, expect, it } from 'vitest';
import { checkText } from '../../api/message-text.ts';
import { createRateLimiter } from '../../api/rate-limit.ts';

describe('a message', () => {
  it.each([
    ['plain', 'Where is my order?'],
    ['accented, composed', 'Où est ma commande déjà payée ?'],
    ['accented, decomposed', 'Où est ma commande déjà payée ?'.normalize('NFD')],
    ['Vietnamese, decomposed', 'Đơn hàng của tôi đâu rồi? '.normalize('NFD').repeat(200)],
    ['Hindi', 'मेरा ऑर्डर कहाँ है? '.repeat(300)],
    ['Thai', 'คำสั่งซื้อของฉันอยู่ที่ไหน '.repeat(300)],
    ['pointed Hebrew', 'בְּרֵאשִׁית בָּרָא אֱלֹהִים '.repeat(300)],
    ['emoji with joiners and skin tones', '👩🏽‍🚀👨‍👩‍👧‍👦🏳️‍🌈 '.repeat(300)],
    ['exactly 32 KiB', 'x'.repeat(32 * 1024)],
    ['line breaks and tabs', 'a\r\n\tb'],
  ])('in %s text is taken', (_name, text) => {
    expect(() => checkText(text)).not.toThrow();
  });

  it.each([
    ['33 marks in a row', `e${'\u0301'.repeat(33)}`],
    ['10,000 marks', '\u0301'.repeat(10_000)],
    ['10,000 marks in stacks of ten', `e${'\u0301'.repeat(10)}`.repeat(1_000)],
  ])('with %s is refused', (_name, text) => {
    expect(() => checkText(text)).toThrow(expect.objectContaining({ code: 'too_many_combining_characters' }));
  });
});

describe('the rate limit', () => {
  it('gives a minute of requests at once and then one after the other', () => {
    let now = 0;
    const limiter = createRateLimiter(() => now);
    for (let n = 0; n < 60; n += 1) expect(limiter.take('k', 60).allowed).toBe(true);
    expect(limiter.take('k', 60)).toEqual({ allowed: false, remaining: 0, nextInSeconds: 1 });
    now = 999;
    expect(limiter.take('k', 60).allowed).toBe(false);
    now = 1_000;
    expect(limiter.take('k', 60).allowed).toBe(true);
    expect(limiter.take('k', 60).allowed).toBe(false);
  });

  it('never gives more than a minute of requests, however long nobody asked', () => {
    let now = 0;
    const limiter = createRateLimiter(() => now);
    limiter.take('k', 2);
    now = 3_600_000;
    expect(limiter.take('k', 2).remaining).toBe(1);
  });

  it('counts every key for itself', () => {
    const limiter = createRateLimiter(() => 0);
    expect(limiter.take('a', 1).allowed).toBe(true);
    expect(limiter.take('a', 1).allowed).toBe(false);
    expect(limiter.take('b', 1).allowed).toBe(true);
  });
});
