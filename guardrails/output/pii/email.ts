import type { Finding, Scene } from './types.ts';

/** E-mail addresses: each `@` with the name before it and the domain behind it. */
export function findEmails({ text, from }: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  for (let at = text.indexOf('@', from); at !== -1; at = text.indexOf('@', at + 1)) {
    const earliest = Math.max(from, at - MAX_NAME, findings.at(-1)?.end ?? 0);
    const name = NAME.exec(text.slice(earliest, at))?.[0];
    const domain = DOMAIN.exec(text.slice(at + 1, at + 1 + MAX_DOMAIN))?.[0];
    if (name === undefined || domain === undefined) continue;
    findings.push({ start: at - name.length, end: at + 1 + domain.length, score: 1 });
  }
  return findings;
}

/** RFC 5321. */
const MAX_NAME = 64;
const MAX_DOMAIN = 190;

/** Letters of scripts with spaces: in the others a name would swallow the sentence before it. */
const LETTER = '\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\d';
const NAME = new RegExp(`[${LETTER}_][${LETTER}._%+'-]{0,63}$`, 'u');
const DOMAIN = new RegExp(
  `^(?:[${LETTER}](?:[${LETTER}-]{0,62}[${LETTER}])?\\.){1,8}(?:xn--[a-z\\d-]{2,59}|\\p{L}{2,63})`,
  'u',
);
