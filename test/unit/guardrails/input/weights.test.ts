import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FEATURE_COUNT } from '../../../../guardrails/input/features.ts';
import { readThresholds } from '../../../../guardrails/input/thresholds.ts';
import { decodeWeights, encodeWeights, readWeights, WEIGHTS_FILE } from '../../../../guardrails/input/weights.ts';

it('come back as they were written', () => {
  const weights = Int8Array.from({ length: FEATURE_COUNT }, (_, index) => (index % 255) - 127);
  const back = decodeWeights(encodeWeights({ bias: -0.5, unit: 0.25, weights }), 'here');
  expect([back.bias, back.unit]).toEqual([-0.5, 0.25]);
  expect(Buffer.compare(Buffer.from(back.weights.buffer, back.weights.byteOffset), Buffer.from(weights.buffer))).toBe(
    0,
  );
});

it('a missing file names the command that makes it', () => {
  expect(() => readWeights('/nowhere/injection.bin')).toThrow(/missing.*npm run train:injection/);
  expect(() => readThresholds('/nowhere/injection.json')).toThrow(/npm run train:injection/);
});

it('another file than ours is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weights-'));
  try {
    const file = join(folder, 'injection.bin');
    writeFileSync(file, 'GIF89a');
    expect(() => readWeights(file)).toThrow(/holds no weights for this version.*npm run train:injection/);
    writeFileSync(file, new Uint8Array(20 + FEATURE_COUNT));
    expect(() => readWeights(file)).toThrow(/holds no weights/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the shipped ones fit and are smaller than 3 MB', () => {
  expect(readWeights().weights).toHaveLength(FEATURE_COUNT);
  expect(statSync(WEIGHTS_FILE).size).toBeLessThan(3_000_000);
});
