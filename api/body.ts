/** Reads a JSON body without trusting its size, its encoding or its syntax. */
import { bodyLimit } from 'hono/body-limit';
import { Problem } from './problems.ts';

/** 32 KiB of text can take six times as much when every character is written as \uXXXX; the rest is for the other fields. */
const MAX_BODY_BYTES = 256 * 1024;

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json *(?:;|$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws Problem `unsupported_media_type`, `message_too_large`, `invalid_encoding`, `validation_failed` */
export async function readJson(request: Request): Promise<unknown> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) throw new Problem('unsupported_media_type');
  const bytes = await readBytes(request);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new Problem('invalid_encoding', { detail: 'The body is not valid UTF-8.' });
  }
  try {
    return JSON.parse(text);
  } catch {
    // V8's message quotes the text around the mistake, and the text is what a customer said.
    throw new Problem('validation_failed', { detail: 'The body is not valid JSON.' });
  }
}

async function readBytes(request: Request): Promise<ArrayBuffer | Uint8Array> {
  const declared = request.headers.get('content-length');
  if (declared !== null) {
    if (Number(declared) > MAX_BODY_BYTES) throw tooLarge();
    return request.arrayBuffer(); // the HTTP parser stops at the declared length
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next?.value === undefined) return Buffer.concat(chunks);
    size += next.value.byteLength;
    if (size > MAX_BODY_BYTES) {
      await reader?.cancel();
      throw tooLarge();
    }
    chunks.push(next.value);
  }
}

/** The same bound for bodies that the library's validators read. */
export const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw tooLarge();
  },
});

function tooLarge(): Problem {
  return new Problem('message_too_large', { detail: `The body is larger than ${MAX_BODY_BYTES} bytes.` });
}
