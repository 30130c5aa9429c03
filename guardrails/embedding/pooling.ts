/** The arithmetic of sentence vectors. */

/** The mean of a text's token vectors, of length one. */
export function meanOfTokens(states: Float32Array, tokens: number): Float32Array {
  const size = states.length / Math.max(1, tokens);
  const sum = new Float32Array(size);
  for (let at = 0; at < states.length; at++) sum[at % size] = (sum[at % size] ?? 0) + (states[at] ?? 0);
  return unit(sum);
}

/** The same direction, of length one. A vector of nothing stays what it is. */
export function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** The direction between several vectors. */
export function centre(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) add(sum, vector, 1);
  return unit(sum);
}

export function add(sum: Float32Array, vector: Float32Array, times: number): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + times * (vector[at] ?? 0);
}

export function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
