// Files in a temporary folder, no process dies.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CRASH_POINTS } from '../../activities/crash-points.ts';
import { crashAt } from '../../workers/crash.ts';

const folder = mkdtempSync(join(tmpdir(), 'handback-crash-'));
afterAll(() => rmSync(folder, { recursive: true }));
const conversation = { tenant: 'acme', id: 'c-1' };

/** The places at which the process would have died in turn 2. */
function deaths(at: string, times = 1): readonly string[] {
  const died: string[] = [];
  let here = '';
  const crash = crashAt(at, () => died.push(here));
  for (let time = 0; time < times; time++) {
    for (const point of CRASH_POINTS) {
      here = point;
      crash?.(point, conversation, 2);
    }
  }
  return died;
}

describe('a worker that is to crash', () => {
  it('dies at the place that is named, and nowhere else', () => {
    expect(deaths('after_tool_row')).toEqual(['after_tool_row']);
  });

  it('dies once at each place that a file in the folder names', () => {
    writeFileSync(join(folder, 'acme.c-1.2.after_claim'), '');
    writeFileSync(join(folder, 'acme.c-1.3.after_tool_row'), '');
    expect(deaths(folder, 2)).toEqual(['after_claim']);
  });

  it('is not started where the place has no such name', () => {
    expect(() => crashAt('after_lunch')).toThrow('after_intent_row');
  });

  it('has nothing to look at where it is not to crash', () => {
    expect(crashAt(undefined)).toBeUndefined();
  });
});
