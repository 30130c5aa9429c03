/**
 * Changes that a reply announces and nobody has begun: "I will refund the 40 euros." A turn ends with its reply, so nothing follows
 * by itself. Only English, and only where the reply neither asks nor makes it depend on anything.
 */
import type { Contradiction, Evidence } from './types.ts';

const VERBS = 'cancel|refund|reimburse|book|rebook|upgrade|downgrade|exchange|replace|reship';
const NOUNS = 'refund|cancellation|booking|reimbursement|exchange|replacement|upgrade|downgrade';
/** At most a few words stand between: "I'll go ahead and refund", "I will now process your refund". */
const ANNOUNCED = new RegExp(
  `\\b(?:I|we)(?:['’]ll| will| am going to|['’]m going to| are going to)(?: now| also| gladly| happily| go ahead and| proceed (?:to|with)){0,2} (?:(?:${VERBS})(?:l?ing)?|(?:process|issue|arrange|initiate) (?:you |your |the |a |this |that ){0,2}(?:full )?(?:${NOUNS}))\\b`,
  'i',
);
const DEPENDS =
  /\b(?:if|once|when|whenever|after|before|until|unless|whether|as soon as|need|needs|cannot|not|never|only)\b/i;
/** Somewhere in the reply the customer is asked. */
const ASKS =
  /\?|\b(?:please (?:confirm|provide|tell|give|reply|answer|choose|select)|let me know (?:which|whether|how))\b/i;

export function announcedChanges(reply: string, { changes }: Evidence): readonly Contradiction[] {
  const begun = changes.some(({ outcome }) => outcome === 'done' || outcome === 'unknown');
  if (begun || ASKS.test(reply)) return [];
  const found: Contradiction[] = [];
  let start = 0;
  for (const sentence of reply.split(/(?<=[.!\n])/)) {
    const match = DEPENDS.test(sentence) ? null : ANNOUNCED.exec(sentence);
    if (match !== null) {
      const from = start + match.index;
      const reason = `"${match[0]}": no call has begun that. Call the tool, or say what you need for it.`;
      found.push({ type: 'promise', start: from, end: from + match[0].length, reason });
    }
    start += sentence.length;
  }
  return found;
}
