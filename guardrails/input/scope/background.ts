/** What people ask about in general: directions that a scope is held against. One small binary file, a byte a number. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { unit } from '../../embedding/pooling.ts';

export const BACKGROUND_FILE = fileURLToPath(new URL('./weights/background.bin', import.meta.url));
const TRAINING_COMMAND = 'npm run train:scope -- --data DIR';

/** Written and read in this order: magic, vectors, numbers a vector, then the numbers. Little endian. */
const MAGIC = 0x47424248;
const HEADER = 12;
/** No number of a vector of length one with hundreds of them comes near it. */
const RANGE = 0.5;

export function encodeBackground(vectors: readonly Float32Array[]): Uint8Array {
  const size = vectors[0]?.length ?? 0;
  const bytes = new Uint8Array(HEADER + vectors.length * size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, vectors.length, true);
  view.setUint32(8, size, true);
  for (const [row, vector] of vectors.entries()) {
    for (const [at, value] of vector.entries()) {
      const level = Math.round((value / RANGE) * 127);
      view.setInt8(HEADER + row * size + at, Math.max(-127, Math.min(127, level)));
    }
  }
  return bytes;
}

/** @throws where the bytes were not written by `encodeBackground` */
export function decodeBackground(bytes: Uint8Array): readonly Float32Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isOurs = bytes.length >= HEADER && view.getUint32(0, true) === MAGIC;
  const [count, size] = isOurs ? [view.getUint32(4, true), view.getUint32(8, true)] : [0, 0];
  if (!isOurs || bytes.length !== HEADER + count * size) throw new Error('these are not the bytes of a background');
  return Array.from({ length: count }, (_, row) =>
    unit(Float32Array.from({ length: size }, (_, at) => view.getInt8(HEADER + row * size + at))),
  );
}

/** @throws with the command that makes the file, where it is missing or not one of ours */
export function readBackground(file: string = BACKGROUND_FILE): readonly Float32Array[] {
  try {
    return decodeBackground(readFileSync(file));
  } catch (cause) {
    throw new Error(`The scope guardrail's background cannot be read (${file}). Make it with: ${TRAINING_COMMAND}`, {
      cause,
    });
  }
}
