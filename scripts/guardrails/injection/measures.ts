/** How well scores tell attacks from the rest. */

/** The chance that an attack scores above something harmless; ties count half. */
export function areaUnderCurve(attacks: readonly number[], benign: readonly number[]): number {
  const sorted = [
    ...attacks.map((score) => ({ score, attack: 1 })),
    ...benign.map((score) => ({ score, attack: 0 })),
  ].sort((one, other) => one.score - other.score);
  let ranks = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    let attacking = 0;
    for (; sorted[end] !== undefined && sorted[end]?.score === sorted[start]?.score; end++) {
      attacking += sorted[end]?.attack ?? 0;
    }
    ranks += attacking * ((start + end + 1) / 2);
    start = end;
  }
  return (ranks - (attacks.length * (attacks.length + 1)) / 2) / (attacks.length * benign.length);
}

/** The share of attacks above the score that the given share of harmless texts exceeds. */
export function recallAt(rate: number, attacks: readonly number[], benign: readonly number[]): number {
  const sorted = [...benign].sort((one, other) => other - one);
  const limit = sorted[Math.floor(rate * sorted.length)] ?? Number.NEGATIVE_INFINITY;
  return shareOf(attacks, (score) => score > limit);
}

export function shareOf<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.length === 0 ? 0 : values.filter(holds).length / values.length;
}
