/** Payloads of a history, as JSON. */

interface Payload {
  readonly data?: Uint8Array | null;
}

/** What the payload holds; `undefined` where it holds no JSON (nothing at all, or encrypted). */
export function jsonOf(payload: Payload | null | undefined): unknown {
  if (!payload?.data || payload.data.length === 0) return undefined;
  try {
    return JSON.parse(Buffer.from(payload.data).toString('utf8'));
  } catch {
    return undefined;
  }
}
