/** The fourteen tools by name: arguments, what they do to a world, and how they become tools of an agent. */
import { z } from 'zod';
import { defineTool, type Tool, type ToolContext } from '../../agents/define.ts';
import type { PermissionSpec } from '../../agents/rules.ts';
import type { Json } from '../../core/manifest.ts';
import * as inputs from './inputs.ts';
import { book } from './tools/book.ts';
import { calculate } from './tools/calculate.ts';
import { cancel, sendCertificate, updateBaggages, updateFlights, updatePassengers } from './tools/change.ts';
import { listAirports, reservationDetails, think, transfer, userDetails } from './tools/lookup.ts';
import { searchDirect, searchOneStop } from './tools/search.ts';
import type { ToolEffect, World } from './world.ts';

/** Which world a call needs: `none` beyond the base data, the conversation's to `read`, or the conversation's to `change`. */
type Access = 'none' | 'read' | 'change';

/** Runs a pure tool in the world that its access asks for. */
export type Execute = (
  call: { readonly tool: string; readonly access: Access; readonly context: ToolContext },
  run: (world: World) => ToolEffect,
) => Promise<ToolEffect>;

export interface AirlineTool {
  readonly name: string;
  readonly access: Access;
  /** Parses the arguments and runs. @throws ZodError */
  run(world: World, rawArguments: unknown): ToolEffect;
  define(description: string, execute: Execute, permission?: PermissionSpec): Tool;
}

const text = z.string();
const list = z.array(z.custom<Json>());
const record = z.custom<Json>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

function tool<I>(
  name: string,
  access: Access,
  input: z.ZodType<I>,
  output: z.ZodType<Json>,
  run: (world: World, input: I) => ToolEffect,
): AirlineTool {
  return {
    name,
    access,
    run: (world, rawArguments) => run(world, input.parse(rawArguments)),
    define: (description, execute, permission = 'allow') =>
      defineTool<I, Json>({
        name,
        description,
        permission,
        sideEffect: access === 'change',
        // the store keeps each key's answer
        idempotent: true,
        timeout: '10s',
        input,
        output,
        async run(args, context) {
          const effect = await execute({ tool: name, access, context }, (world) => run(world, args));
          return 'rejected' in effect ? effect : { data: effect.result, confidence: 1 };
        },
      }),
  };
}

export const AIRLINE_TOOLS: readonly AirlineTool[] = [
  tool('book_reservation', 'change', inputs.booking, record, book),
  tool('calculate', 'none', inputs.expression, text, calculate),
  tool('cancel_reservation', 'change', inputs.reservation, record, cancel),
  tool('get_reservation_details', 'read', inputs.reservation, record, reservationDetails),
  tool('get_user_details', 'read', inputs.user, record, userDetails),
  tool('list_all_airports', 'none', inputs.nothing, record, listAirports),
  tool('search_direct_flight', 'none', inputs.route, list, searchDirect),
  tool('search_onestop_flight', 'none', inputs.route, list, searchOneStop),
  tool('send_certificate', 'change', inputs.certificate, text, sendCertificate),
  tool('think', 'none', inputs.thought, text, think),
  tool('transfer_to_human_agents', 'none', inputs.summary, text, transfer),
  tool('update_reservation_baggages', 'change', inputs.bagChange, record, updateBaggages),
  tool('update_reservation_flights', 'change', inputs.flightChange, record, updateFlights),
  tool('update_reservation_passengers', 'change', inputs.passengerChange, record, updatePassengers),
];

const BY_NAME = new Map(AIRLINE_TOOLS.map((entry) => [entry.name, entry]));

/** Whether a call of this tool may change the database. */
export function changesSomething(name: string): boolean {
  return BY_NAME.get(name)?.access === 'change';
}

/** @throws RangeError for a tool that does not exist, ZodError for wrong arguments */
export function runTool(world: World, name: string, rawArguments: unknown): ToolEffect {
  const entry = BY_NAME.get(name);
  if (entry === undefined) throw new RangeError(`The airline has no tool called "${name}".`);
  return entry.run(world, rawArguments);
}

/** What the model gets to read. */
export function answerOf(effect: ToolEffect): Json {
  return 'rejected' in effect ? effect.rejected : effect.result;
}
