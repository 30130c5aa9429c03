/** Cycles of a graph of names. */

/**
 * One cycle for every knot, as the names on the way round; the first is not repeated. A depth-first walk: whoever is met
 * again while still open closes a cycle.
 */
export function cyclesOf(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const done = new Set<string>();
  const found: string[][] = [];
  const walk = (name: string, way: readonly string[]): void => {
    const met = way.indexOf(name);
    if (met !== -1) found.push(way.slice(met));
    if (met !== -1 || done.has(name)) return;
    for (const next of edges.get(name) ?? []) walk(next, [...way, name]);
    done.add(name);
  };
  for (const name of edges.keys()) walk(name, []);
  return found;
}
