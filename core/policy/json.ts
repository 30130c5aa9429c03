/** JSON as it goes over wires and into `jsonb`. Stands here so that the manifest may hold rules without a circle. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Scalar = null | boolean | number | string;

export function isRecord(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray` does not narrow to read-only arrays. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isScalar(value: Json | undefined): value is Scalar {
  return value !== undefined && (typeof value !== 'object' || value === null);
}

/** The value of a text that is JSON, since many tools answer in text; any other value as it is. */
export function structured(value: Json): Json {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
