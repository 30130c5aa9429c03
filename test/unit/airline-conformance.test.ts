import { describe, expect, it } from 'vitest';
import { textForModel } from '../../core/tool-result.ts';
import { answerOf, runTool } from '../../examples/airline/catalogue.ts';
import type { PlayedRow } from '../../examples/airline/comparison.ts';
import { isPerfect, totalsOf } from '../../examples/airline/comparison.ts';
import type { RecordedConversation, RecordedStep } from '../../examples/airline/recording.ts';
import { type BaseData, type Change, stateAfter, worldOver } from '../../examples/airline/world.ts';
import { killPoints } from '../../scripts/conformance/kills.ts';
import { recordedModel } from '../../scripts/conformance/model.ts';
import { type Platform, playAll } from '../../scripts/conformance/play.ts';

const base: BaseData = {
  users: new Map([['ann', { name: 'Ann', payment_methods: {}, reservations: [] }]]),
  reservations: new Map(),
  flights: new Map(),
};
const certificate = { user_id: 'ann', amount: 50 };
const gift: RecordedStep = {
  kind: 'calls',
  said: '',
  calls: [
    {
      name: 'send_certificate',
      arguments: JSON.stringify(certificate),
      result: 'Certificate certificate_3221322 added to user ann with amount 50.',
    },
  ],
};
const recordingOf = (id: string): RecordedConversation => ({
  id,
  customerId: 'ann',
  turns: [
    { customer: 'hello', steps: [{ kind: 'reply', text: 'hi' }] },
    { customer: 'you owe me', steps: [gift, { kind: 'reply', text: 'done' }] },
    { customer: 'bye', steps: [] },
  ],
  expectedActions: [],
  finalStateMatchesExpected: true,
});
const recordings = Array.from({ length: 25 }, (_, index) => recordingOf(`c${index}`));

/** A platform in a few lines: the recorded model and the pure tools. `times` runs every tool call that often. */
function platformOf(times = 1): Platform {
  const model = recordedModel(new Map(recordings.map((recording) => [`t/${recording.id}`, recording])));
  const worlds = new Map(
    recordings.map(({ id }) => [id, { rows: [] as PlayedRow[], changes: [] as Change[], turns: 0 }]),
  );
  const worldOf = (recording: RecordedConversation) => {
    const world = worlds.get(recording.id);
    if (world === undefined) throw new Error(`no world for ${recording.id}`);
    return world;
  };
  return {
    async say(recording) {
      const world = worldOf(recording);
      world.turns += 1;
      const turn = world.turns;
      for (let step = 1; ; step += 1) {
        const said = model({ conversation: `t/${recording.id}`, turn, step, body: { model: 'm', messages: [] } });
        if (said?.kind === 'reply') {
          world.rows.push({ turn, step, call: 0, role: 'agent', text: said.text });
          return said.text;
        }
        if (said?.kind !== 'call_tools') throw new Error('the model has nothing to say');
        for (const [index, { name, arguments: args }] of said.calls.entries()) {
          for (let time = 0; time < times; time += 1) {
            const effect = runTool(
              worldOver(base, world.changes),
              name,
              typeof args === 'string' ? JSON.parse(args) : args,
            );
            if ('changes' in effect) world.changes.push(...effect.changes);
            if (time > 0) continue;
            world.rows.push({ turn, step, call: index + 1, role: 'tool', text: textForModel(answerOf(effect)) });
          }
        }
      }
    },
    transcript: async (recording) => worldOf(recording).rows,
    finalState: async (recording) => stateAfter(base, worldOf(recording).changes),
    countEffects: async (recording) => worldOf(recording).changes.length,
  };
}

describe('the conformance run', () => {
  it('finds nothing wrong with a platform that does what was recorded', async () => {
    const played = await playAll(recordings, platformOf(), base, { concurrency: 3 });
    const totals = totalsOf(
      recordings,
      played.map(({ report }) => report),
    );
    expect(totals).toMatchObject({ conversations: { good: 25, all: 25 }, replies: { good: 50, all: 50 } });
    expect(isPerfect(totals)).toBe(true);
    expect(played.every(({ doubled }) => doubled === 0)).toBe(true);
  });

  it('sees a tool effect that happened twice, in the count and in the final database', async () => {
    const [played] = await playAll(recordings.slice(0, 1), platformOf(2), base, { concurrency: 1 });
    expect(played?.doubled).toBe(1);
    expect(played?.report.checks.filter((check) => !check.same)).toMatchObject([{ what: 'final state' }]);
  });

  it('sees a caller who heard something else than the transcript says', async () => {
    const platform = platformOf();
    const deaf: Platform = {
      ...platform,
      say: async (...said) => (await platform.say(...said)).replace('done', 'not done'),
    };
    const [played] = await playAll(recordings.slice(0, 1), deaf, base, { concurrency: 1 });
    expect(played?.report.error).toMatch(/turn 2: the caller got another reply/);
  });

  it('goes on with the others when one conversation cannot be played', async () => {
    const platform = platformOf();
    const broken: Platform = {
      ...platform,
      say: async (recording, ...rest) => {
        if (recording.id === 'c3') throw new Error('the API is gone');
        return platform.say(recording, ...rest);
      },
    };
    const played = await playAll(recordings, broken, base, { concurrency: 4 });
    expect(played.filter(({ report }) => report.error !== undefined).map(({ report }) => report.id)).toEqual(['c3']);
  });

  it('kills the worker once in every tenth conversation, at the same points for the same seed', () => {
    const points = killPoints(recordings, 7);
    expect([...points.keys()]).toEqual(['c9', 'c19']);
    expect(killPoints(recordings, 7)).toEqual(points);
    expect(killPoints(recordings, 8)).not.toEqual(points);
  });
});
