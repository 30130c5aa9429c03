/** Arguments that an operator puts in place of the model's: checked as the model's are, before anything is decided. */
import { z } from 'zod';
import { actionOf } from '../core/confirmation/action.ts';
import type { Manifest, ToolManifest } from '../core/manifest.ts';
import { isRecord, type Json } from '../core/policy/json.ts';
import type { Edited } from '../db/approvals.ts';
import { digestOf } from '../db/digest.ts';
import { Problem } from './problems.ts';
import { invalid } from './wire.ts';

interface HeldTool {
  readonly tool: string;
  /** Of the revision it would run with, where that is known. */
  readonly manifest: Manifest | undefined;
}

/**
 * What cannot be checked here (a schema with parts that cannot be read, the tool's own code) is checked when the call runs, as
 * are the rules.
 *
 * @throws Problem `validation_failed`
 */
export function editedCall({ tool: name, manifest }: HeldTool, given: { readonly [name: string]: unknown }): Edited {
  const text = JSON.stringify(given);
  // As it will be read again: what JSON has no word for is gone.
  const written = recordOf(JSON.parse(text));
  const tool = manifest?.tools.find((one) => one.name === name);
  const args = tool === undefined ? written : checked(tool, written);
  const action = actionOf(tool ?? { name, input: {} }, args);
  if (action === undefined) throw wrong('are too long to be read before saying yes to them');
  return { arguments: text, digest: digestOf(JSON.stringify({ tool: name, arguments: args })), action };
}

/** @returns what the tool will get: with what its schema fills in */
function checked({ input }: ToolManifest, given: Arguments): Arguments {
  const schema = schemaOf(input);
  if (schema === undefined) return given;
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ['arguments', ...issue.path] }));
    throw invalid(new z.ZodError(issues));
  }
  return recordOf(parsed.data);
}

/** @returns `undefined` where it says something that cannot be read */
function schemaOf(input: ToolManifest['input']): z.ZodType | undefined {
  try {
    // A manifest's schemas are JSON; whether this one can be read is what is tried.
    return z.fromJSONSchema(input);
  } catch {
    return undefined;
  }
}

type Arguments = { readonly [name: string]: Json };

function recordOf(value: unknown): Arguments {
  if (!isRecord(value)) throw wrong('must be an object');
  return value;
}

function wrong(message: string): Problem {
  return new Problem('validation_failed', {
    detail: `arguments: ${message}`,
    members: { errors: [{ path: 'arguments', message }] },
  });
}
