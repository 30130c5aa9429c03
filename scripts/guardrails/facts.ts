/** Figures of the check of facts: errors planted in recorded replies, and the replies as they were. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFacts } from '../../guardrails/output/facts/check.ts';
import { randomFrom } from '../conformance/random.ts';
import { type Planted, type PlantedType, type Planting, plant } from './facts-planted.ts';
import { type RecordedReply, recordedReplies } from './facts-replies.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';

type Half = RecordedReply['half'];

export interface PlantedFigures {
  readonly half: Half;
  readonly planting: Planting;
  readonly type: PlantedType;
  readonly planted: number;
  readonly caught: number;
  /** Some that were not caught. */
  readonly missed: readonly string[];
}

export interface OriginalFigures {
  readonly half: Half;
  readonly replies: number;
  readonly alarmed: number;
  readonly alarms: readonly string[];
}

export interface FactsReport {
  readonly originals: readonly OriginalFigures[];
  readonly planted: readonly PlantedFigures[];
  /** Milliseconds for one reply with its evidence. */
  readonly ms: Quantiles;
}

const TYPES: readonly PlantedType[] = ['number', 'amount', 'date', 'time', 'id', 'name', 'promise'];
const PLANTINGS: readonly Planting[] = ['fresh', 'any', 'swapped'];
/** In each half, of each type and planting: seven types of fresh errors in two halves make a thousand. */
const EACH = 72;

/** @throws AirlineDataError where the folder has no recordings */
export function reportFacts(airlineFolder: string): FactsReport {
  const replies = recordedReplies(airlineFolder);
  const people = peopleOf(airlineFolder);
  const times: number[] = [];
  const original = new Map(replies.map((reply) => [reply, timed(reply, times)]));
  const halves = ['even', 'odd'] as const;
  return {
    originals: halves.map((half) => originalFigures(half, replies, original)),
    planted: halves.flatMap((half) =>
      PLANTINGS.flatMap((planting) =>
        TYPES.filter((type) => type !== 'promise' || planting === 'fresh').map((type) => {
          const made = plantedIn(
            replies.filter((reply) => reply.half === half),
            type,
            planting,
            people,
          );
          const missed = made.filter((each) => !isCaught(each, original.get(each.reply) ?? []));
          return {
            half,
            planting,
            type,
            planted: made.length,
            caught: made.length - missed.length,
            missed: missed.map(lineOf),
          };
        }),
      ),
    ),
    ms: quantilesOf(times),
  };
}

function timed(reply: RecordedReply, times: number[]): readonly string[] {
  const began = performance.now();
  const found = checkFacts(reply.text, reply.evidence);
  times.push(performance.now() - began);
  return found.map(({ type, reason }) => `${type}: ${reason}`);
}

function originalFigures(
  half: Half,
  replies: readonly RecordedReply[],
  found: ReadonlyMap<RecordedReply, readonly string[]>,
): OriginalFigures {
  const own = replies.filter((reply) => reply.half === half);
  const alarmed = own.filter((reply) => (found.get(reply) ?? []).length > 0);
  return {
    half,
    replies: own.length,
    alarmed: alarmed.length,
    alarms: alarmed.map(
      (reply) =>
        `${reply.conversation}, reply ${reply.evidence.said.length + 1}: ${(found.get(reply) ?? []).join(' · ')}`,
    ),
  };
}

function plantedIn(
  replies: readonly RecordedReply[],
  type: PlantedType,
  planting: Planting,
  people: readonly string[],
): readonly Planted[] {
  const random = randomFrom(20_240_515 + TYPES.indexOf(type) * 10 + PLANTINGS.indexOf(planting));
  const made: Planted[] = [];
  for (let attempt = 0; made.length < EACH && attempt < 100 * EACH; attempt++) {
    const reply = replies[Math.floor(random() * replies.length)];
    const planted = reply && plant(reply, type, planting, random, people);
    if (planted !== undefined) made.push(planted);
  }
  return made;
}

/** Something is found that was not in the reply before. */
function isCaught({ reply, text }: Planted, before: readonly string[]): boolean {
  return checkFacts(text, reply.evidence).some(({ type, reason }) => !before.includes(`${type}: ${reason}`));
}

function lineOf({ reply, type, from, to }: Planted): string {
  return `${reply.conversation}, reply ${reply.evidence.said.length + 1}: ${type} ${from} → ${to}`;
}

/** Names of the airline's customers. */
function peopleOf(airlineFolder: string): readonly string[] {
  const users: Record<string, { name: { first_name: string; last_name: string } }> = JSON.parse(
    readFileSync(join(airlineFolder, 'users.json'), 'utf8'),
  );
  return Object.values(users).map(({ name }) => `${name.first_name} ${name.last_name}`);
}

const share = (part: number, of: number) => `${part} of ${of} (${((100 * part) / Math.max(1, of)).toFixed(1)} %)`;

/** The figures as lines. */
export function printedFacts({ originals, planted, ms }: FactsReport): string {
  const sum = (rows: readonly PlantedFigures[]) =>
    share(
      rows.reduce((total, row) => total + row.caught, 0),
      rows.reduce((total, row) => total + row.planted, 0),
    );
  return [
    'Facts: errors planted in recorded replies; rules were written looking at the even conversations',
    ...PLANTINGS.flatMap((planting) => {
      const rows = planted.filter((row) => row.planting === planting);
      return [
        `${NAMES[planting]}: caught ${sum(rows)}; even ${sum(rows.filter(({ half }) => half === 'even'))}, odd ${sum(rows.filter(({ half }) => half === 'odd'))}`,
        ...TYPES.filter((type) => rows.some((row) => row.type === type)).map(
          (type) => `  ${type.padEnd(8)} ${sum(rows.filter((row) => row.type === type))}`,
        ),
      ];
    }),
    ...originals.flatMap(({ half, replies, alarmed, alarms }) => [
      `unplanted replies with a false alarm, ${half}: ${share(alarmed, replies)}`,
      ...alarms.map((alarm) => `  ${alarm}`),
    ]),
    `a reply with its evidence: p50 ${ms.p50.toFixed(2)} ms, p99 ${ms.p99.toFixed(2)} ms`,
  ].join('\n');
}

const NAMES: Readonly<Record<Planting, string>> = {
  fresh: 'value that is nowhere in the conversation',
  any: 'value changed without looking',
  swapped: 'another value of the same conversation',
};
