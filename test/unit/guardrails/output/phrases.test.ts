// Pure: phrases that an author bans.
import { describe, expect, it } from 'vitest';
import { findPhrases, phraseProblem } from '../../../../guardrails/output/phrases.ts';

const BANNED = { banned: ['no refunds', "can't help you", 'Café Olé', 'money-back', '返金できません'] };
const found = (reply: string) => findPhrases(reply, BANNED).map(({ start, end }) => reply.slice(start, end));

describe('a banned phrase', () => {
  it.each([
    ['There are No  Refunds here.', 'No  Refunds'],
    ['There are no\nrefunds here.', 'no\nrefunds'],
    ['There are **no** refunds here.', 'no** refunds'],
    ['I cannot help you.', 'cannot help you'],
    ['I can’t help you.', 'can’t help you'],
    ['See you at the CAFE OLE!', 'CAFE OLE'],
    ['It has money back included.', 'money back'],
    ['n\u200bo ref\u00adunds', 'n\u200bo ref\u00adunds'],
    ['nо rеfunds', 'nо rеfunds'],
    ['ｎｏ refunds', 'ｎｏ refunds'],
    ['n.b.: no r e f u n d s at all', 'no r e f u n d s'],
    ['申し訳ございませんが返金できません。', '返金できません'],
  ])('is found in %j', (reply, phrase) => {
    expect(found(reply)).toEqual([phrase]);
  });

  it.each([
    'No, refunds take five days.',
    'Is there a fee? No. Refunds take five days.',
    'There are nonrefunds.',
    'no refundsx',
    'I can help you.',
  ])('is not found in %j', (reply) => {
    expect(found(reply)).toEqual([]);
  });

  it('is found wherever it stands in a text that has no sentences', () => {
    for (let length = 700; length < 1_300; length += 7) {
      const reply = `${'word '.repeat(length / 5)}no refunds ${'word '.repeat(200)}`;
      expect(found(reply)).toEqual(['no refunds']);
    }
  });

  it('is refused where it has no words, is a text, or could never be found', () => {
    expect(phraseProblem(' ... ')).toBe('has no words');
    expect(phraseProblem('No. Never')).toBe('is more than one sentence');
    expect(phraseProblem('a '.repeat(150))).toContain('longer');
    expect(phraseProblem('We are sorry.')).toBeUndefined();
  });
});
