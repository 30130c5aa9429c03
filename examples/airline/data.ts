/**
 * Reads the airline from a directory: `policy.md`, `tools.json`, `users.json`, `reservations.json`, `flights.json` and, for
 * the conformance run, `conversations.jsonl`. Any directory of this shape will do; nothing of it is kept in the project.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { BaseData, Flight, Reservation, User } from './world.ts';

export class AirlineDataError extends Error {
  override readonly name = 'AirlineDataError';
}

export interface AirlineData {
  readonly base: BaseData;
  /** The system prompt. */
  readonly policy: string;
  /** Tool descriptions by tool name. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/** The project's folder: the nearest one upward with a package.json (compiled files lie a level deeper than sources). */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new AirlineDataError(`There is no package.json above ${fileURLToPath(import.meta.url)}.`);
    folder = parent;
  }
  return folder;
}

/** `HANDBACK_TAU_DIR`, else `../shared/data/tau-airline` beside the project. */
export function airlineDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['HANDBACK_TAU_DIR'];
  if (named !== undefined && named !== '') return resolve(named);
  return resolve(projectRoot(), '../shared/data/tau-airline');
}

/** Why the directory cannot be used at all, or `undefined` where it seems to be there. */
export function whyAbsent(directory: string): string | undefined {
  if (existsSync(join(directory, 'policy.md'))) return undefined;
  return `There is no airline data in ${directory}. Set HANDBACK_TAU_DIR to the directory that holds policy.md and flights.json.`;
}

const balance = z.object({ source: z.enum(['gift_card', 'certificate']), amount: z.number(), id: z.string() });
const card = z.object({ source: z.literal('credit_card'), id: z.string() });
const usersShape = z.record(
  z.string(),
  z.object({ payment_methods: z.record(z.string(), z.union([card, balance])), reservations: z.array(z.string()) }),
);
const reservationsShape = z.record(
  z.string(),
  z.object({
    reservation_id: z.string(),
    user_id: z.string(),
    cabin: z.string(),
    flights: z.array(z.object({ flight_number: z.string(), date: z.string(), price: z.number() })),
    passengers: z.array(z.object({ first_name: z.string(), last_name: z.string(), dob: z.string() })),
    payment_history: z.array(z.object({ payment_id: z.string(), amount: z.number() })),
    total_baggages: z.number(),
    nonfree_baggages: z.number(),
  }),
);
const cabins = z.object({ basic_economy: z.number(), economy: z.number(), business: z.number() });
const day = z.union([
  z.object({ status: z.literal('available'), available_seats: cabins, prices: cabins }),
  z.object({
    status: z.string().refine((status) => status !== 'available', 'an available day needs seats and prices'),
  }),
]);
const flightsShape = z.record(
  z.string(),
  z.object({
    flight_number: z.string(),
    origin: z.string(),
    destination: z.string(),
    scheduled_departure_time_est: z.string(),
    scheduled_arrival_time_est: z.string(),
    dates: z.record(z.string(), day),
  }),
);
const toolsShape = z.array(z.object({ function: z.object({ name: z.string(), description: z.string() }) }));

/** @throws AirlineDataError naming the file and what is wrong with it */
export function readAirline(directory: string): AirlineData {
  const why = whyAbsent(directory);
  if (why !== undefined) throw new AirlineDataError(why);
  const policy = readText(directory, 'policy.md');
  if (policy.trim() === '')
    throw new AirlineDataError(`${join(directory, 'policy.md')} is empty: the agent needs a policy.`);
  const tools = toolsShape.parse(readChecked(directory, 'tools.json', toolsShape));
  return {
    base: {
      users: readRecords<User>(directory, 'users.json', usersShape),
      reservations: readRecords<Reservation>(directory, 'reservations.json', reservationsShape),
      flights: readRecords<Flight>(directory, 'flights.json', flightsShape),
    },
    policy,
    descriptions: new Map(tools.map((tool) => [tool.function.name, tool.function.description])),
  };
}

/** The records as they stand in the file: a schema's own output would lose the order of keys and what it does not name. */
function readRecords<T>(directory: string, file: string, shape: z.ZodType): ReadonlyMap<string, T> {
  const records = readChecked(directory, file, shape) as { [id: string]: T };
  return new Map(Object.entries(records));
}

function readChecked(directory: string, file: string, shape: z.ZodType): unknown {
  const path = join(directory, file);
  const value = parseJson(readText(directory, file), path);
  const checked = shape.safeParse(value);
  if (checked.success) return value;
  const [issue] = checked.error.issues;
  const where = issue === undefined ? '' : ` at ${issue.path.map(String).join('.') || 'the top'}: ${issue.message}`;
  throw new AirlineDataError(`${path} has another shape than expected${where}. Is it the airline data set?`);
}

/** @throws AirlineDataError */
export function readText(directory: string, file: string): string {
  const path = join(directory, file);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AirlineDataError(`Cannot read ${path} (${why}). Set HANDBACK_TAU_DIR to a complete directory.`);
  }
}

/** @throws AirlineDataError */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AirlineDataError(`${where} is not JSON (${error instanceof Error ? error.message : String(error)}).`);
  }
}
