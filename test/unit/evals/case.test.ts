/** Pure unit tests — no servers: lines of the adversarial library, read. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readFamily } from '../../../evals/adversarial/case.ts';
import { readLibrary } from '../../../evals/adversarial/library.ts';

const HEAD = '{"family": "tricks", "about": "tricks", "expect": {"outcome": ["escalated"], "refusedBy": "canary"}}';
const read = (...lines: string[]) => readFamily('tricks.jsonl', [HEAD, ...lines].join('\n'));
const only = (line: string) => read(line).cases[0];

describe('a line', () => {
  it('is a whole case with nothing but an id and what the customer says', () => {
    expect(only('{"id": "plain", "say": "hello"}')).toEqual({
      ...{ id: 'plain', family: 'tricks', as: 'anna', facts: false, world: {}, takenIn: false, goesOn: true },
      turns: [{ say: 'hello', model: [] }],
      expect: { outcome: ['escalated'], refusedBy: 'canary' },
    });
  });

  it('replaces what its family expects, and takes it back with null', () => {
    expect(only('{"id": "a", "say": "x", "expect": {"outcome": ["replied"], "refusedBy": null}}')?.expect).toEqual({
      outcome: ['replied'],
    });
  });

  it('says in short what the model does', () => {
    const line = '{"id": "a", "say": "x", "model": [{"look": {"n": 1}}, [{"pay": {"n": 1}}, {"pay": "{"}], "Done."]}';
    const call = (name: string, given: unknown) => ({ name, arguments: given });
    expect(only(line)?.turns[0]?.model).toEqual([
      { kind: 'call_tools', calls: [call('look', { n: 1 })] },
      { kind: 'call_tools', calls: [call('pay', { n: 1 }), call('pay', '{')] },
      { kind: 'reply', text: 'Done.' },
    ]);
  });

  it('says a long text in short', () => {
    const line = '{"id": "a", "say": {"text": "la ", "times": 3, "end": "end"}}';
    expect(only(line)?.turns[0]?.say).toBe('la la la end');
  });

  it('has the model of its family in its last turn, where it has none of its own', () => {
    const head = '{"family": "tricks", "about": "tricks", "model": "Sure."}';
    const models = (line: string) =>
      readFamily('f', `${head}\n${line}`).cases[0]?.turns.map(({ model }) => model.length);
    expect(models('{"id": "a", "turns": [{"say": "x"}, {"say": "y"}]}')).toEqual([0, 1]);
    expect(models('{"id": "a", "turns": [{"say": "x", "model": ["a", "b"]}, {"say": "y"}]}')).toEqual([2, 0]);
  });

  it.each([
    ['is no JSON', '{"id": "a"', 'tricks.jsonl:2 is no JSON'],
    ['says nothing', '{"id": "a"}', 'tricks.jsonl:2: says nothing'],
    ['says it twice', '{"id": "a", "say": "x", "turns": [{"say": "y"}]}', 'Leave one out'],
    ['has an unknown part', '{"id": "a", "say": "x", "effect": []}', 'tricks.jsonl:2'],
    ['expects something unknown', '{"id": "a", "say": "x", "expect": {"effect": []}}', 'tricks.jsonl:2'],
    ['expects an unknown guardrail', '{"id": "a", "say": "x", "expect": {"refusedBy": "luck"}}', 'refusedBy'],
  ])('that %s is named with what is wrong', (_what, line, message) => {
    expect(() => read(line)).toThrow(message);
  });

  it('must not have the name of another', () => {
    const line = '{"id": "a", "say": "x"}';
    expect(() => read(line, line)).toThrow('tricks.jsonl:3: there is another case "a"');
  });
});

describe('the library', () => {
  const folder = fileURLToPath(new URL('../../../evals/adversarial/', import.meta.url));

  it('is read whole, each family once', () => {
    const families = readLibrary(folder);
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  });

  it('is read in part', () => {
    expect(readLibrary(folder, 'emoji').map(({ name }) => name)).toEqual(['emoji']);
    expect(() => readLibrary(folder, 'emojis')).toThrow('There are: contradictions, ');
  });
});
