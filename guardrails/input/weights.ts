/** The trained weights: one small binary file beside this one, a byte a weight. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FEATURE_COUNT } from './features.ts';

export interface Weights {
  readonly bias: number;
  /** What one unit of a weight is worth. */
  readonly unit: number;
  readonly weights: Int8Array;
}

/** Written and read in this order: magic, version, number of weights, bias, unit, then the weights. Little endian. */
const MAGIC = 0x4a4e4948;
const VERSION = 1;
const HEADER = 20;

export const WEIGHTS_FILE = fileURLToPath(new URL('./weights/injection.bin', import.meta.url));
export const TRAINING_COMMAND = 'npm run train:injection -- --data DIR';

export function encodeWeights({ bias, unit, weights }: Weights): Uint8Array {
  const bytes = new Uint8Array(HEADER + weights.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, weights.length, true);
  view.setFloat32(12, bias, true);
  view.setFloat32(16, unit, true);
  bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.length), HEADER);
  return bytes;
}

/** @throws where the bytes were not written by `encodeWeights` of this version for as many features */
export function decodeWeights(bytes: Uint8Array, from: string): Weights {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fits =
    bytes.length === HEADER + FEATURE_COUNT &&
    view.getUint32(0, true) === MAGIC &&
    view.getUint32(4, true) === VERSION &&
    view.getUint32(8, true) === FEATURE_COUNT;
  if (!fits) throw new Error(`${from} holds no weights for this version. Make them again with: ${TRAINING_COMMAND}`);
  return {
    bias: view.getFloat32(12, true),
    unit: view.getFloat32(16, true),
    weights: new Int8Array(bytes.buffer, bytes.byteOffset + HEADER, FEATURE_COUNT),
  };
}

/** @throws with the command that makes the file, where it is missing or not one of ours */
export function readWeights(file: string = WEIGHTS_FILE): Weights {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new Error(
      `The weights of the injection guardrail are missing (${file}). Make them with: ${TRAINING_COMMAND}`,
      {
        cause,
      },
    );
  }
  return decodeWeights(bytes, file);
}
