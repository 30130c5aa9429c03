/**
 * "I have cancelled your booking" needs a change in this conversation that ended as done and is of that sort. Only English
 * sentences are recognised. What will be done, could be done or was only looked at is no promise.
 */
import type { Known } from './known.ts';
import type { Change, Contradiction, Evidence } from './types.ts';
import { keyWords } from './words.ts';

/** Sorts of action: the verbs that claim one, and the words in a tool's name that do it. */
interface Sort {
  readonly verbs: string;
  readonly tools: string;
}

const SORTS: readonly Sort[] = [
  { verbs: 'cancelled canceled voided terminated', tools: 'cancel void terminate abort stop close' },
  { verbs: 'booked reserved rebooked', tools: 'book reserve rebook create order purchase schedule place' },
  {
    verbs: 'ordered purchased placed created opened filed submitted registered raised logged scheduled',
    tools: 'order purchase place create open file submit register raise log schedule book reserve add make new post',
  },
  {
    verbs:
      'updated changed modified edited rescheduled moved upgraded downgraded switched adjusted corrected amended renamed replaced swapped extended',
    tools:
      'update change modify edit reschedule move upgrade downgrade switch adjust correct amend rename replace swap extend set add remove patch put exchange',
  },
  {
    verbs: 'added included attached applied assigned enrolled activated enabled',
    tools: 'add include attach apply assign enroll activate enable update change modify edit set book create order put',
  },
  {
    verbs: 'removed deleted erased dropped unsubscribed deactivated disabled blocked locked',
    tools: 'remove delete erase drop unsubscribe deactivate disable block lock update change modify edit set cancel',
  },
  {
    verbs: 'refunded reimbursed credited compensated returned',
    tools: 'refund reimburse credit compensate return cancel update change modify exchange send issue pay certificate',
  },
  {
    verbs: 'charged debited billed paid',
    tools: 'charge debit bill pay book order purchase update change modify create add exchange transfer',
  },
  {
    verbs: 'sent emailed mailed issued forwarded delivered shipped dispatched texted notified',
    tools:
      'send email mail issue forward deliver ship dispatch text notify create cancel refund post transfer certificate',
  },
  {
    verbs: 'escalated connected handed',
    tools: 'transfer escalate connect hand handoff handover human forward route',
  },
  { verbs: 'transferred', tools: 'transfer pay send move' },
  {
    verbs: 'closed paused suspended frozen froze',
    tools:
      'close pause suspend freeze hold stop end block lock disable deactivate cancel terminate delete remove update change modify edit set',
  },
  {
    verbs: 'reactivated unlocked unblocked unfroze unfrozen resumed restored reinstated reset renewed',
    tools:
      'reactivate activate enable unlock unblock unfreeze resume restore reinstate reset renew extend reopen update change modify edit set send create',
  },
  { verbs: 'processed completed finalized finalised arranged confirmed implemented executed', tools: '' },
];

/** What may be "processed" or "confirmed" without any change: to read is to process. */
const VAGUE_OBJECT =
  /\b(?:booking|reservation|cancellation|refund|payment|upgrade|downgrade|order|change|changes|update|updates|purchase|return|exchange|transfer|modification)\b/i;
/** What a customer has that can be closed; shops, kitchens and gates close too. */
const CLOSED_OBJECT =
  /\b(?:accounts?|profiles?|memberships?|subscriptions?|contracts?|polic(?:y|ies)|cards?|cases?|tickets?|claims?|disputes?|complaints?|requests?|orders?|it|them)\b/i;
/** The sort of a noun beside a vague verb: "the refund has been processed". */
const NOUN_SORTS: readonly (readonly [RegExp, number])[] = [
  [/\bcancell?ations?\b/i, 0],
  [/\brefunds?\b|\bcompensation\b|\breimbursement\b/i, 6],
  [/\b(?:upgrade|downgrade|change|update|modification)s?\b/i, 3],
];

const VERBS = new Map(SORTS.flatMap(({ verbs }, sort) => verbs.split(' ').map((verb) => [verb, sort] as const)));
const TOOLS = SORTS.map(({ tools }) => new Set(tools.split(' ').filter((word) => word !== '')));
const KNOWN_TOOL_WORDS = new Set(TOOLS.flatMap((words) => [...words]));
const VERB = [...VERBS.keys()].join('|');

/** Those whose simple past tells of this conversation and not of how a thing came about ("was booked in May"). */
const VERBS_OF_CHANGE = [0, 3, 5, 6].flatMap((sort) => SORTS[sort]?.verbs.split(' ') ?? []).join('|');

const ADVERBS =
  '(?: (?:now|just|already|also|successfully|both|all|fully|officially|indeed|since|been|then|gone ahead and|went ahead and|taken the liberty of|automatically|immediately|personally)){0,4}';
/** "I have (just) cancelled", "we've refunded", "I successfully cancelled". */
const ACTIVE = new RegExp(`\\b(?:I|we)(?:['’]ve| have| had)?${ADVERBS} (${VERB})\\b`, 'gi');
/** "has been updated", "have now been refunded". */
const PASSIVE = new RegExp(`\\b(?:has|have|['’]s|['’]ve)${ADVERBS} been${ADVERBS} (${VERB})\\b`, 'gi');
/** "was cancelled", "is now confirmed", "successfully booked", "are all set and updated". */
const PAST = new RegExp(
  `\\b(?:(?:was|were)${ADVERBS} (${VERBS_OF_CHANGE})|(?:is|are) (?:all )?now${ADVERBS} (${VERB}))\\b`,
  'gi',
);
const ELLIPTIC = new RegExp(`\\b(?:successfully (${VERB})|(${VERB}) successfully)\\b`, 'gi');
/** "Your cancellation is complete." */
const COMPLETE =
  /\b(cancellation|refund|upgrade|downgrade|booking|change|update|transfer|order|payment)s? (?:is|are|has been|have been|was|were)(?: now)? (?:complete|done|finished|successful)\b/gi;

/** The sentence speaks of what is not (yet) so. */
const NOT_YET =
  /\b(?:if|once|when|whenever|after|before|until|unless|whether|will|would|could|can|cannot|can['’]t|should|may|might|must|shall|not|no|nothing|nobody|none|neither|never|unable|please|let me|going to|need to|needs to|want|wish|assume|in case|to be|used to|only|any|isn['’]t|wasn['’]t|hasn['’]t|haven['’]t|n['’]t)\b/i;

/** "We reset" is what is done every day as well as what was done. */
const HABIT = /^we reset$/i;

/** How far before a claim it may be taken back. */
const LEAD = 300;

export function brokenPromises(reply: string, evidence: Evidence, known: Known): readonly Contradiction[] {
  const done = evidence.changes.filter(({ outcome }) => outcome === 'done');
  return sentencesOf(reply).flatMap(({ start, text }) => {
    const claim = text.endsWith('?') ? undefined : claimIn(text);
    if (claim === undefined || isBorneOut(claim, text, done, evidence, known)) return [];
    const from = start + claim.start;
    const said = reply.slice(from, start + claim.end);
    return [
      {
        type: 'promise' as const,
        start: from,
        end: start + claim.end,
        reason: `"${said}": no call in this conversation did that.`,
      },
    ];
  });
}

const SENTENCE_END = /[.!?](?=\s|$)|\n/g;

function sentencesOf(text: string): readonly { readonly start: number; readonly text: string }[] {
  const sentences: { start: number; text: string }[] = [];
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + 1;
    sentences.push({ start, text: text.slice(start, end).trimEnd() });
    start = end;
  }
  sentences.push({ start, text: text.slice(start) });
  return sentences.filter(({ text: each }) => each.trim().length > 5).map((each) => each);
}

interface Claim {
  readonly start: number;
  readonly end: number;
  readonly sort: number;
  readonly verb: string;
  readonly form: 'active' | 'passive' | 'past';
}

function claimIn(sentence: string): Claim | undefined {
  const forms = [
    [ACTIVE, 'active'],
    [PASSIVE, 'passive'],
    [COMPLETE, 'passive'],
    [ELLIPTIC, 'passive'],
    [PAST, 'past'],
  ] as const;
  for (const [pattern, form] of forms) {
    for (const match of sentence.matchAll(pattern)) {
      const verb = (match[1] ?? match[2] ?? '').toLowerCase();
      // What stands before the claim may take it back; what follows it ("if you need more …") does not.
      if (NOT_YET.test(sentence.slice(Math.max(0, match.index - LEAD), match.index)) || NOT_YET.test(match[0]))
        continue;
      if (HABIT.test(match[0])) continue;
      if (
        form === 'past' &&
        /\b(?:it|this|that|which|who|what|how|why|where)\s*$/i.test(
          sentence.slice(Math.max(0, match.index - 30), match.index),
        )
      )
        continue;
      if (
        form === 'past' &&
        /^ (?:by|with|under|on|in|at|from|for|through|using|as|within|per|based)\b/i.test(
          sentence.slice(match.index + match[0].length),
        )
      )
        continue;
      const sort = sortOf(verb, sentence);
      if (sort !== undefined) return { start: match.index, end: match.index + match[0].length, sort, verb, form };
    }
  }
  return undefined;
}

const TO_PEOPLE =
  /\b(?:human|agents?|specialists?|representatives?|colleagues?|teams?|departments?|supervisors?|managers?|person)\b/i;
const VAGUE = SORTS.length - 1;

function sortOf(verb: string, sentence: string): number | undefined {
  if (verb === 'transferred' && TO_PEOPLE.test(sentence)) return VERBS.get('escalated');
  if (verb === 'closed' && !CLOSED_OBJECT.test(sentence)) return undefined;
  const sort = VERBS.get(verb) ?? VAGUE;
  if (sort !== VAGUE) return sort;
  if (!VAGUE_OBJECT.test(sentence)) return undefined;
  return NOUN_SORTS.find(([noun]) => noun.test(sentence))?.[1] ?? VAGUE;
}

function isBorneOut(
  claim: Claim,
  sentence: string,
  done: readonly Change[],
  { results, customer, changes }: Evidence,
  known: Known,
): boolean {
  const alike = done.filter((change) => isOfSort(change, claim.sort));
  const ids = (sentence.match(/[A-Za-z0-9_-]{5,}/g) ?? [])
    .map((id) => id.toLowerCase())
    .filter((id) => /\d/.test(id) && known.byId.has(id));
  const about = alike.filter((change) => ids.length === 0 || isAbout(change, ids, known));
  if (about.length > 0) return true;
  // A tool that calls a person may count as changing nothing. It says so in words.
  const isToPeople = claim.sort === VERBS.get('escalated');
  if (isToPeople && results.some((text) => /^[^{[]{0,200}\b(?:transfer|escalat|hand|forward)/i.test(text))) return true;
  // A state that a tool reported ("status": "cancelled"), or that the customer spoke of, may be repeated.
  if (claim.form === 'active') return false;
  const state = new RegExp(`\\b${claim.verb.replace(/l+ed$/, 'l{1,2}ed')}\\b`, 'i');
  if (claim.form === 'past' && customer.some((text) => state.test(text))) return true;
  // What another change answered speaks of that change.
  const own = new Set(changes.map(({ result }) => result));
  return alike.length === 0 && results.some((text) => !own.has(text) && state.test(text));
}

/** A change that takes ids of such a kind has to have been made with one of these. */
function isAbout({ arguments: args, result }: Change, ids: readonly string[], { byId }: Known): boolean {
  const text = `${args}${result}`.toLowerCase();
  if (ids.some((id) => text.includes(id))) return true;
  const keys = ids
    .flatMap((id) => byId.get(id) ?? [])
    .flatMap(({ fields }) =>
      fields.filter(({ key }) => ids.includes(key)).map(({ path }) => path.slice(path.lastIndexOf('.') + 1)),
    );
  return !keys.some((key) => key !== '' && args.includes(`"${key}"`));
}

function isOfSort({ tool }: Change, sort: number): boolean {
  const words = keyWords(tool);
  const verbs = words.filter((word) => KNOWN_TOOL_WORDS.has(word));
  // A tool whose name says nothing of what it does may have done anything.
  if (sort === VAGUE || verbs.length === 0) return true;
  return verbs.some((word) => TOOLS[sort]?.has(word) === true);
}
