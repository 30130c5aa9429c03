/** Plants errors in replies, one in each: what is true there becomes something that is not. Seeded, so that it repeats. */
import type { RecordedReply } from './facts-replies.ts';

/** `fresh`: the new value stands nowhere in the evidence. `any`: whatever chance gives. `swapped`: it is another one of the same results. */
export type Planting = 'fresh' | 'any' | 'swapped';
export type PlantedType = 'number' | 'amount' | 'date' | 'time' | 'id' | 'name' | 'promise';

export interface Planted {
  readonly reply: RecordedReply;
  readonly type: PlantedType;
  readonly text: string;
  readonly from: string;
  readonly to: string;
}

export type Random = () => number;

const MONTHS = 'January|February|March|April|May|June|July|August|September|October|November|December';
const IN_REPLIES: Readonly<Record<Exclude<PlantedType, 'promise'>, RegExp>> = {
  amount: /\$\d{1,3}(?:,\d{3})*(?:\.\d\d)?(?!\d)/g,
  date: new RegExp(`\\b20\\d\\d-\\d\\d-\\d\\d\\b|\\b19\\d\\d-\\d\\d-\\d\\d\\b|\\b(?:${MONTHS}) \\d{1,2}\\b`, 'g'),
  time: /\b\d{1,2}:\d\d(?: [AP]M)?/g,
  id: /\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{6}\b|\bHATHA[T-V]\b|\b[a-z]+_[a-z]+_\d{4}\b|\b(?:credit_card|gift_card|certificate)_\d{7}\b|\b\d{7}\b|(?<=\()[A-Z]{3}(?=\))/g,
  name: /\b(?:Mia|[A-Z][a-z]+) (?:[A-Z][a-z]+)\b/g,
  number: /(?<![\w$,.:/-])\d{1,4}(?![\w,:/-]|\.\d)/g,
};

export function plant(
  reply: RecordedReply,
  type: PlantedType,
  planting: Planting,
  random: Random,
  people: readonly string[],
): Planted | undefined {
  if (type === 'promise') return promise(reply, random);
  const targets = [...reply.text.matchAll(IN_REPLIES[type])].filter(({ index, 0: text }) =>
    isTarget(reply, type, text, index),
  );
  const target = targets[Math.floor(random() * targets.length)];
  if (target === undefined) return undefined;
  const from = target[0];
  for (let attempt = 0; attempt < 50; attempt++) {
    const to = planting === 'swapped' ? another(reply, type, from, random) : changed(type, from, random, people);
    if (to === undefined || to === from) continue;
    if (planting === 'fresh' && isAnywhere(reply, to)) continue;
    const text = reply.text.slice(0, target.index) + to + reply.text.slice(target.index + from.length);
    return { reply, type, text, from, to };
  }
  return undefined;
}

function isTarget({ text, evidence }: RecordedReply, type: PlantedType, found: string, index: number): boolean {
  const lineStart = text.lastIndexOf('\n', index) + 1;
  if (type === 'number') {
    return !/^[\s(]*$/.test(text.slice(lineStart, index)) && !new RegExp(`(?:${MONTHS}) $`).test(text.slice(0, index));
  }
  if (type !== 'name') return true;
  // People that the tools returned.
  const [first, last] = found.split(' ');
  return evidence.results.some((result) => result.includes(`"first_name": "${first}", "last_name": "${last}"`));
}

const pick = <Item>(items: readonly Item[], random: Random): Item | undefined =>
  items[Math.floor(random() * items.length)];

function changed(type: PlantedType, from: string, random: Random, people: readonly string[]): string | undefined {
  if (type === 'amount') return `$${changedNumber(Number(from.replace(/[$,]/g, '')), random).toLocaleString('en-US')}`;
  if (type === 'number') return String(changedNumber(Number(from), random));
  if (type === 'name') return pick(people, random);
  if (type === 'date') return shifted(from, Math.ceil(random() * 20) * (random() < 0.5 ? -1 : 1));
  if (type === 'time') {
    const [, hour = '', minute = '', half = ''] = /(\d+):(\d\d)(.*)/.exec(from) ?? [];
    const hours = (Number(hour) % (half === '' ? 24 : 12)) + 1;
    return random() < 0.5
      ? `${String(hours).padStart(hour.length, '0')}:${minute}${half}`
      : `${hour}:${String((Number(minute) + 5 * Math.ceil(random() * 11)) % 60).padStart(2, '0')}${half}`;
  }
  const at = Math.floor(random() * from.length);
  const old = from[at] ?? '';
  const alphabet = /\d/.test(old)
    ? '0123456789'
    : /[A-Z]/.test(old)
      ? 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
      : 'abcdefghijklmnopqrstuvwxyz';
  return old === '_' ? undefined : from.slice(0, at) + pick(alphabet.split(''), random) + from.slice(at + 1);
}

/** One more or less, a digit changed, two digits in the other order, ten times, or a tenth more. */
function changedNumber(value: number, random: Random): number {
  const digits = String(value).split('');
  const at = Math.floor(random() * digits.length);
  const way = Math.floor(random() * 5);
  if (way === 0) return Math.abs(value + (random() < 0.5 ? -1 : 1) * Math.ceil(random() * 3));
  if (way === 1) return value * 10;
  if (way === 2) return Math.round(value * 1.1) + 1;
  if (way === 3 && digits.length > 1) [digits[0], digits[1]] = [digits[1] ?? '', digits[0] ?? ''];
  else digits[at] = String(Math.floor(random() * 10));
  return Math.abs(Number(digits.join('')));
}

function shifted(date: string, days: number): string {
  const iso = date.includes('-');
  const at = new Date(iso ? `${date}T00:00:00Z` : `${date}, 2024 UTC`);
  at.setUTCDate(at.getUTCDate() + days);
  if (iso) return at.toISOString().slice(0, 10);
  return `${MONTHS.split('|')[at.getUTCMonth()]} ${at.getUTCDate()}`;
}

function all({ evidence }: RecordedReply): string {
  return [evidence.results, evidence.asked, evidence.customer, evidence.said, evidence.instructions].flat().join('\n');
}

function isAnywhere(reply: RecordedReply, value: string): boolean {
  // A date may have a time right behind it.
  const text = `${all(reply)}\n${reply.text}`.replace(/(\d)T(?=\d\d:)/g, '$1 T');
  return spellings(value).some((spelling) => new RegExp(`(?<![A-Za-z0-9])${spelling}(?![A-Za-z0-9])`, 'i').test(text));
}

/** How the data may write a value of a reply. */
function spellings(value: string): readonly string[] {
  if (value.startsWith('$')) return [value.slice(1).replaceAll(',', ''), value.slice(1)];
  const time = /^(\d+):(\d\d)(?: ([AP])M)?$/.exec(value);
  if (time !== null) {
    const hours = (Number(time[1]) % (time[3] === undefined ? 24 : 12)) + (time[3] === 'P' ? 12 : 0);
    return [`${String(hours).padStart(2, '0')}:${time[2]}(?::00)?`, value];
  }
  const month = MONTHS.split('|').indexOf(value.split(' ')[0] ?? '');
  if (month >= 0)
    return [
      `2024-${String(month + 1).padStart(2, '0')}-${(value.split(' ')[1] ?? '').padStart(2, '0')}`,
      `${value}(?:st|nd|rd|th)?`,
    ];
  if (value.startsWith('2024-')) return [value, spelled(value)];
  return [value];
}

function spelled(date: string): string {
  return `${MONTHS.split('|')[Number(date.slice(5, 7)) - 1]} ${Number(date.slice(8))}(?:st|nd|rd|th)?`;
}

/** Another value of the same kind from the results. */
function another({ evidence }: RecordedReply, type: PlantedType, from: string, random: Random): string | undefined {
  const results = evidence.results.join('\n');
  const numbers = (pattern: RegExp) => [...new Set([...results.matchAll(pattern)].map(([, value]) => value ?? ''))];
  if (type === 'amount') {
    const amounts = numbers(/"(?:price|amount|economy|business|basic_economy)": (\d{2,5})\b/g);
    const value = pick(
      amounts.filter((amount) => Number(amount) !== Number(from.replace(/[$,]/g, ''))),
      random,
    );
    return value === undefined ? undefined : `$${Number(value).toLocaleString('en-US')}`;
  }
  if (type === 'number')
    return pick(
      numbers(/: (\d{1,4})\b[,}]/g).filter((value) => value !== from && value.length <= from.length),
      random,
    );
  if (type === 'date') {
    const dates = numbers(/"(\d{4}-\d\d-\d\d)/g).filter((date) => date.slice(0, 2) === '20' || from.startsWith('19'));
    const date = pick(dates, random);
    if (date === undefined || date === from || spelled(date).startsWith(`${from}(`)) return undefined;
    return from.includes('-') ? date : spelled(date).replace(/\(.*/, '');
  }
  if (type === 'time') {
    const time = pick(numbers(/"(\d\d:\d\d):00(?:\+1)?"/g), random);
    if (time === undefined) return undefined;
    const hours = Number(time.slice(0, 2));
    const said = from.endsWith('M')
      ? `${String(hours % 12 === 0 ? 12 : hours % 12).padStart(2, '0')}${time.slice(2)} ${hours < 12 ? 'AM' : 'PM'}`
      : time;
    return said === from ? undefined : said;
  }
  if (type === 'name') {
    const people = [...results.matchAll(/"first_name": "(\w+)", "last_name": "(\w+)"/g)].map(
      ([, first, last]) => `${first} ${last}`,
    );
    return pick(
      people.filter((person) => person !== from),
      random,
    );
  }
  const alike = /^[A-Z]{3}$/.test(from)
    ? /"([A-Z]{3})"/g
    : /^HAT\d/.test(from)
      ? /"(HAT\d{3})"/g
      : /^\d{7}$/.test(from)
        ? /_(\d{7})"/g
        : /"([A-Z0-9]{6})"/g;
  return from.includes('_')
    ? undefined
    : pick(
        numbers(alike).filter((id) => id !== from),
        random,
      );
}

/** Claims, and the tools that would make each true. */
const PROMISES: readonly { readonly says: readonly string[]; readonly tools: RegExp }[] = [
  {
    says: [
      'I have cancelled your reservation.',
      "I've gone ahead and canceled the booking for you.",
      'Your reservation has been successfully cancelled.',
      'The booking was cancelled and you will receive an email.',
    ],
    tools: /cancel/,
  },
  {
    says: [
      'I have booked the flight for you.',
      'Your flight has been successfully booked.',
      "I've reserved your seats on that flight.",
    ],
    tools: /book/,
  },
  {
    says: [
      'I have updated your reservation.',
      'Your flights have been changed as requested.',
      "I've upgraded you to business class.",
      'Your reservation has now been modified.',
      'I have changed the passenger name.',
    ],
    tools: /update|book/,
  },
  {
    says: [
      'I have refunded the full amount to your credit card.',
      'A refund has been issued to your original payment method.',
      "I've processed a full refund for you.",
      'Your refund has been processed.',
    ],
    tools: /cancel|update|certificate/,
  },
  {
    says: [
      "I've added the extra bags to your reservation.",
      'Two checked bags have been added to your booking.',
      'I have added travel insurance to your trip.',
    ],
    tools: /update|book/,
  },
  {
    says: [
      'I have sent you a travel certificate.',
      'A certificate has been issued to your account.',
      "I've credited your account with a $100 voucher.",
    ],
    tools: /certificate|cancel|update|book/,
  },
  {
    says: ['I have transferred you to a human agent.', 'Your case has been escalated to our specialist team.'],
    tools: /transfer/,
  },
];

function promise(reply: RecordedReply, random: Random): Planted | undefined {
  const done = reply.evidence.changes.filter(({ outcome }) => outcome === 'done');
  const { says, tools } = PROMISES[Math.floor(random() * PROMISES.length)] ?? { says: [], tools: /./ };
  const to = pick(says, random);
  const called = reply.evidence.results.includes('Transfer successful') && tools.test('transfer');
  if (to === undefined || called || done.some(({ tool }) => tools.test(tool))) return undefined;
  const first = reply.text.search(/[.!] /);
  const place = Math.floor(random() * 3);
  const at = place === 0 ? 0 : place === 1 && first > 0 ? first + 2 : reply.text.length;
  const text =
    `${reply.text.slice(0, at)}${at === reply.text.length ? ' ' : ''}${to} ${reply.text.slice(at)}`.trimEnd();
  return { reply, type: 'promise', text, from: '', to };
}
