/** Checks values against a JSON Schema that somebody else wrote. */
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import type { Json } from '../core/manifest.ts';

export type JsonSchema = { readonly [key: string]: Json };

/** What is wrong with a value, for whoever made it; `undefined` where it fits. */
export type Check = (value: unknown) => string | undefined;

/**
 * The schema as it is checked and as the model sees it. The dialect's address is nothing to a model, and the checker knows
 * only its own; an `$id` could name another tool's schema; `$async` would make the check a promise.
 */
export function plainSchema(schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, $id: _id, $async: _async, ...plain } = schema;
  return plain;
}

/** @throws Error when it is no JSON Schema */
export function compileSchema(schema: JsonSchema): Check {
  // One for each schema: what one of them defines must not be visible to another.
  const validate = new AjvJsonSchemaValidator().getValidator<unknown>(plainSchema(schema));
  return (value) => {
    const result = validate(value);
    return result.valid ? undefined : result.errorMessage;
  };
}
