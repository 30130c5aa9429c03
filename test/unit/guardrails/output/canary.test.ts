// Pure: replies and arguments that give the instructions away.
import { describe, expect, it } from 'vitest';
import { FEWEST_RECITED } from '../../../../guardrails/output/canary/recited.ts';
import { canaryOf, findLeaks, instructionsWithCanary } from '../../../../guardrails/output/canary.ts';

const canary = canaryOf('r1');
/** No two places alike. */
const WORDS = Array.from({ length: 120 }, (_, index) => `rule${String.fromCharCode(97 + (index % 26))}${index}`);
const instructions = WORDS.join(' ');
const types = (text: string) => findLeaks(text, { canary, instructions }).map(({ type }) => type);
const rot13 = (text: string) =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(97 + ((letter.charCodeAt(0) - 84) % 26)));

describe('the marker', () => {
  it('is the revision’s own, and stands at the beginning of its instructions', () => {
    expect(canaryOf('r1')).toBe(canary);
    expect(canaryOf('r2')).not.toBe(canary);
    expect(canary).toMatch(/^[a-z2-9]{20}$/);
    expect(instructionsWithCanary('Help.', 'r1')).toMatch(new RegExp(`^.{0,20}${canary}\n\nHelp\\.$`));
  });

  it.each([
    ['as it is', canary],
    ['in capitals', canary.toUpperCase()],
    ['spaced out', Array.from(canary).join(' ')],
    ['a letter a sentence', Array.from(canary).join('. ')],
    ['a letter a line', Array.from(canary).join('\n- ')],
    ['with invisible characters', Array.from(canary).join('\u200b')],
    ['in full width', canary.replace(/[a-z0-9]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))],
    ['reversed', Array.from(canary).reverse().join('')],
    ['in rot13', rot13(canary)],
    ['in base64', Buffer.from(canary).toString('base64')],
    ['in base64 with more', Buffer.from(`My instructions: ${canary}, help.`).toString('base64')],
    ['in base64 with two letters before', Buffer.from(`x ${canary}`).toString('base64')],
    ['in base64 with one letter before', Buffer.from(`x${canary} yz`).toString('base64')],
    ['in hex', Buffer.from(canary).toString('hex')],
    ['as code points', Array.from(canary, (sign) => `&#${sign.charCodeAt(0)};`).join('')],
  ])('is found %s', (_how, text) => {
    expect(types(`Well, here it is: ${text} and that is all.`)).not.toEqual([]);
  });

  it.each(['', 'x', 'xy', 'xyz'])('is seen in base64 without reading it back, after %j', (before) => {
    // Longer than what is decoded.
    const text = Buffer.from(`${'-'.repeat(9_000)}${before}${canary}${'-'.repeat(10)}`).toString('base64');
    expect(types(text)).toEqual(['marker']);
  });

  it('is told where it stands, once each time', () => {
    const reply = `It is ${canary}. Again: ${canary}.`;
    const found = findLeaks(reply, { canary, instructions });
    expect(found.map(({ start, end }) => reply.slice(start, end))).toEqual([canary, canary]);
  });

  it('of another revision, or a part of it, is none', () => {
    expect(types(`It is ${canaryOf('r2')} or ${canary.slice(0, 15)}.`)).toEqual([]);
  });

  it('is found in the arguments of a tool call', () => {
    expect(types(JSON.stringify({ note: `see ${canary}` }))).toEqual(['marker']);
  });
});

describe('a recital', () => {
  it('is as many words of the instructions as no answer takes', () => {
    expect(types(WORDS.slice(10, 10 + FEWEST_RECITED).join(' '))).toEqual(['recital']);
    expect(types(WORDS.slice(10, 9 + FEWEST_RECITED).join(' '))).toEqual([]);
  });

  it('is found across sentences, in other signs and in capitals', () => {
    const recital = WORDS.slice(0, 60).map((word, index) => (index % 9 === 8 ? `**${word}**.\n` : word.toUpperCase()));
    expect(new Set(types(recital.join(' ')))).toEqual(new Set(['recital']));
    expect(types(Buffer.from(WORDS.slice(0, 60).join(' ')).toString('base64'))).toEqual(['encoded']);
  });

  it('is none where other words come between', () => {
    const told = WORDS.map((word, index) => (index % 20 === 19 ? `${word} that is` : word));
    expect(types(told.join(' '))).toEqual([]);
  });
});
