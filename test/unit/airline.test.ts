import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../core/manifest.ts';
import { AIRLINE_TOOLS, answerOf, runTool } from '../../examples/airline/catalogue.ts';
import { valueOf } from '../../examples/airline/comparison.ts';
import { airlineDirectory, readAirline, whyAbsent } from '../../examples/airline/data.ts';
import { callsOf, readRecordings } from '../../examples/airline/recording.ts';
import { playCalls } from '../../examples/airline/replay.ts';

const directory = airlineDirectory(process.env);
const absent = whyAbsent(directory);
if (absent !== undefined) console.log(`skipped: ${absent}`);

describe.skipIf(absent !== undefined)('the recorded airline', () => {
  const loaded =
    absent === undefined ? { ...readAirline(directory), recordings: readRecordings(directory) } : undefined;
  const airline = () => {
    if (loaded === undefined) throw new Error('skipped');
    return loaded;
  };

  it('answers every recorded call with the recorded result, byte for byte', () => {
    const { base, recordings } = airline();
    const different: string[] = [];
    let count = 0;
    for (const recording of recordings) {
      const calls = callsOf(recording);
      const { effects } = playCalls(base, parsed(calls));
      for (const [index, call] of calls.entries()) {
        const effect = effects[index];
        const answer = effect === undefined ? null : answerOf(effect);
        const same =
          pythonText(answer) === call.result && isDeepStrictEqual(valueOf(textOf(answer)), valueOf(call.result));
        if (!same) different.push(`${recording.id} ${call.name} ${call.arguments}`);
        count += 1;
      }
    }
    expect(different).toEqual([]);
    expect(count).toBeGreaterThan(0);
  });

  it('leaves the database as the expected actions would, exactly where the recording says so', () => {
    const { base, recordings } = airline();
    const wrong = recordings.filter((recording) => {
      const { finalState } = playCalls(base, parsed(callsOf(recording)));
      const actions = recording.expectedActions.map(({ name, kwargs }) => ({ name, arguments: kwargs }));
      const ideal = playCalls(base, actions).finalState;
      return isDeepStrictEqual(finalState, ideal) !== recording.finalStateMatchesExpected;
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('has the tools of tools.json and no others', () => {
    expect(AIRLINE_TOOLS.map(({ name }) => name).sort()).toEqual([...airline().descriptions.keys()].sort());
  });
});

describe('calculate', () => {
  const world = { user: () => undefined, reservation: () => undefined, flight: () => undefined, flights: () => [] };

  it.each([
    ['2 + 2', '4.0'],
    ['152 + 103 * 2', '358.0'],
    ['(152 + 103) * 2', '510.0'],
    ['-3 - -4', '1.0'],
    ['10 / 4', '2.5'],
    ['10 / 3', '3.33'],
    ['7 // 2', '3.0'],
    ['2 ** 3 ** 2', '512.0'],
    ['-2 ** 2', '-4.0'],
    ['0.1 + 0.2', '0.3'],
    ['.5 + 1.', '1.5'],
    ['0.125', '0.12'],
    ['0.375', '0.38'],
    ['0 - 0.125', '-0.12'],
    ['2.675', '2.67'],
    ['1.005', '1.0'],
    ['10000000000000000', '1e+16'],
    ['2 +', 'Error: invalid syntax'],
    ['', 'Error: invalid syntax'],
    ['1 2', 'Error: invalid syntax'],
    ['(1', 'Error: invalid syntax'],
    ['1.2.3', 'Error: invalid syntax'],
    ['1 / 0', 'Error: division by zero'],
    ['2 ^ 3', 'Error: invalid characters in expression'],
    ['process', 'Error: invalid characters in expression'],
  ])('answers %s with %s', (expression, answer) => {
    expect(answerOf(runTool(world, 'calculate', { expression }))).toBe(answer);
  });

  it('refuses nesting that would overflow the stack', () => {
    const expression = '('.repeat(5000);
    expect(answerOf(runTool(world, 'calculate', { expression }))).toBe('Error: too deeply nested');
  });
});

function parsed(calls: readonly { readonly name: string; readonly arguments: string }[]) {
  return calls.map((call): { name: string; arguments: unknown } => ({
    name: call.name,
    arguments: JSON.parse(call.arguments),
  }));
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A tool's answer as the recorded system printed it: texts bare, JSON with a space after every comma and colon. */
function pythonText(value: Json): string {
  return typeof value === 'string' ? value : pythonJson(value);
}

function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${pythonJson(inner)}`)
    .join(', ')}}`;
}
