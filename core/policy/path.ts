/** Values at a path; `rule.ts` says how paths are written. */
import { isList, isRecord, type Json } from './json.ts';

const STEP = /^(?:\.?([^.[\]{}]+)|\[(-?\d+)?\]|(\{\}))/;

/** The top-level name a path begins with. */
export function nameOf(path: string): string {
  return /^[^.[\]{}]*/.exec(path)?.[0] ?? '';
}

/** Whether it is written as paths are. */
export function isPath(path: string): boolean {
  let rest = path;
  while (rest !== '') {
    const length = STEP.exec(rest)?.[0].length ?? 0;
    if (length === 0) return false;
    rest = rest.slice(length);
  }
  return true;
}

/**
 * @returns every value there; `undefined` where a part of the path is missing or of another kind anywhere, since "every
 *   element" then cannot be said of the elements
 */
export function valuesAt(value: Json | undefined, path: string): readonly Json[] | undefined {
  let values: readonly (Json | undefined)[] = [value];
  let rest = path;
  while (rest !== '') {
    const step = STEP.exec(rest);
    if (step === null || step[0] === '') return undefined;
    const next: (Json | undefined)[] = [];
    for (const each of values) {
      const found = stepInto(each, step);
      if (found === undefined) return undefined;
      next.push(...found);
    }
    values = next;
    rest = rest.slice(step[0].length);
  }
  const there = values.filter((each) => each !== undefined);
  return there.length === values.length ? there : undefined;
}

function stepInto(value: Json | undefined, [text, key, index, keys]: RegExpExecArray): readonly Json[] | undefined {
  if (key !== undefined) {
    const found = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return found === undefined ? undefined : [found];
  }
  if (keys !== undefined) return isRecord(value) ? Object.keys(value) : undefined;
  if (!isList(value)) return undefined;
  if (index !== undefined) {
    const found = value.at(Number(index));
    return found === undefined ? undefined : [found];
  }
  return text === '[]' ? flattened(value) : undefined;
}

function flattened(list: readonly Json[]): readonly Json[] {
  return list.flatMap((each) => (isList(each) ? flattened(each) : [each]));
}
