/** No servers: every kept history on today's workflow code, and what is said where the two part. */
import { readdirSync, readFileSync } from 'node:fs';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildReplayBundle, type ReplayBundle } from '../../replay/bundle.ts';
import { parseRuns, type Run } from '../../replay/history.ts';
import { localActivityOf } from '../../replay/marker.ts';
import { renderOutcome, renderTimeline } from '../../replay/render.ts';
import { type ReplayOutcome, replayHistory } from '../../replay/run.ts';
import { timelineOfRun } from '../../replay/timeline.ts';

const HISTORIES = new URL('../histories/', import.meta.url);
const files = readdirSync(HISTORIES).filter((file) => file.endsWith('.json'));
const textOf = (file: string) => readFileSync(new URL(file, HISTORIES), 'utf8');

/** What happened in a run, in order, without how often the same happened in a row. */
function shapeOf({ history }: Run): string {
  const events = history.events ?? [];
  const steps = events.map((event) => {
    const name = localActivityOf(event)?.activityType ?? event.activityTaskScheduledEventAttributes?.activityType?.name;
    const attributes = Object.keys(event).find((key) => key.endsWith('EventAttributes'));
    return `${attributes ?? ''}/${name ?? ''}`;
  });
  return steps.filter((step, index) => step !== steps[index - 1]).join(' ');
}

let bundle: ReplayBundle;
beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'temporalio_sdk_core=OFF', forward: {} } },
    shutdownSignals: [],
  });
  bundle = await buildReplayBundle();
}, 60_000);

describe('the kept histories', () => {
  it('are of at least twelve shapes', () => {
    const shapes = new Set(files.map((file) => parseRuns(textOf(file), file).map(shapeOf).join(' | ')));
    expect(shapes.size).toBeGreaterThanOrEqual(12);
  });

  it.each(files)('%s is replayed by the code of today', async (file) => {
    for (const run of parseRuns(textOf(file), file)) {
      expect(renderOutcome(await replayHistory(run, { bundle }))).toBe("Today's code makes what is recorded.");
    }
  });

  it.each(files)('%s has a timeline', (file) => {
    const parts = parseRuns(textOf(file), file).flatMap(timelineOfRun);
    expect(parts.length).toBeGreaterThan(0);
    for (const line of renderTimeline(parts).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});

type Event = Record<string, unknown> & { eventId: string; eventType: string };

/** Replays `file` after `alter` has changed its events; numbers them anew. */
async function replayAltered(file: string, alter: (events: Event[]) => Event[]): Promise<ReplayOutcome> {
  const { events } = JSON.parse(textOf(file)) as { events: Event[] };
  const altered = alter(events).map((event, index) => ({ ...event, eventId: String(index + 1) }));
  const [run] = parseRuns(JSON.stringify({ events: altered }), file);
  if (run === undefined) throw new Error(`${file} holds no run`);
  return replayHistory(run, { bundle });
}

/** The marker's data names the activity; other code would have run another one. */
function renamed(event: Event, from: string, to: string): Event {
  return JSON.parse(
    JSON.stringify(event).replaceAll(/"data":"([A-Za-z0-9+/=]+)"/g, (_, data: string) => {
      const text = Buffer.from(data, 'base64').toString().replace(from, to);
      return `"data":"${Buffer.from(text).toString('base64')}"`;
    }),
  ) as Event;
}

const isMarker = ({ eventType }: Event) => eventType.includes('MARKER_RECORDED');

describe('a history that today’s code does not make', () => {
  it('names the activity that is recorded and the one that the code made instead', async () => {
    const outcome = await replayAltered('one-tool.json', (events) =>
      events.map((event) => (isMarker(event) ? renamed(event, 'callTool', 'askTool') : event)),
    );
    expect(outcome).toMatchObject({
      kind: 'different',
      difference: { recorded: { kind: 'local activity', name: 'askTool' }, made: { name: 'callTool' } },
    });
    const said = renderOutcome(outcome);
    expect(said).toMatch(/recorded +event \d+ +MarkerRecorded: local activity askTool/);
    expect(said).toMatch(/code made +local activity callTool/);
  });

  it('names what the code made where nothing of it is recorded', async () => {
    const outcome = await replayAltered('two-steps.json', (events) => {
      const second = events.filter(isMarker)[2];
      return events.filter((event) => event !== second);
    });
    expect(outcome).toMatchObject({ kind: 'different', difference: { made: { name: 'callTool' } } });
  });

  it('names a regular activity of another type', async () => {
    const outcome = await replayAltered('slow-model.json', (events) =>
      events.map(
        (event) => JSON.parse(JSON.stringify(event).replace('"name":"callModel"', '"name":"askModel"')) as Event,
      ),
    );
    expect(outcome).toMatchObject({
      kind: 'different',
      difference: {
        recorded: { kind: 'activity', name: 'askModel', eventType: 'ActivityTaskScheduled' },
        made: { kind: 'activity', name: 'callModel' },
      },
    });
  });

  it.each(['plain.json', 'two-steps.json', 'slow-tool.json'])(
    'names what the code made at the very end of %s, where the SDK does not look',
    async (file) => {
      const outcome = await replayAltered(file, (events) => events.slice(0, -1));
      expect(outcome).toMatchObject({
        kind: 'different',
        difference: { recorded: undefined, made: { kind: 'local activity', name: 'callModel' } },
      });
      expect(renderOutcome(outcome)).toMatch(/recorded +nothing\n.*code made +local activity callModel/);
    },
  );

  it('names a timer that is missing in the only workflow task', async () => {
    const outcome = await replayAltered('plain.json', (events) =>
      events.filter(({ eventType }) => !eventType.includes('TIMER_STARTED')),
    );
    expect(outcome).toMatchObject({ kind: 'different', difference: { recorded: undefined, made: { kind: 'timer' } } });
  });

  it('says nothing of what is not recorded yet, while a workflow task is due', async () => {
    const outcome = await replayAltered('plain.json', (events) => events.slice(0, 4));
    expect(outcome.kind).toBe('same');
  });

  it('takes parallel calls in whichever order they ended', async () => {
    const outcome = await replayAltered('parallel-tools.json', (events) => {
      const markers = events.filter(isMarker);
      const [one, other] = [markers[2], markers[3]];
      return events.map((event) => (event === one ? other : event === other ? one : event) ?? event);
    });
    expect(outcome.kind).toBe('same');
  });
});

describe('the timeline of a history', () => {
  const linesOf = (file: string) =>
    parseRuns(textOf(file), file)
      .flatMap(timelineOfRun)
      .flatMap(({ lines }) => lines);
  const found = (file: string, what: string) => linesOf(file).find((line) => line.what.startsWith(what));

  it('measures the first call of a workflow task from the start of that task', () => {
    const calls = linesOf('renewed.json').filter(({ who }) => who === 'model');
    expect(calls.length).toBe(8);
    for (const { ms } of calls) expect(ms).toBeGreaterThan(0);
  });

  it('tells the attempts of a call that was retried, and how it ended', () => {
    expect(found('model-tried-again.json', 'callModel: closed')).toMatchObject({ attempts: 2 });
  });

  it('keeps its figures within a hundred columns, however much there is to say', () => {
    const said = renderTimeline([
      { title: 'turn 1', lines: [{ who: 'outcome', what: 'failed '.repeat(50), ms: 1_234 }] },
    ]);
    const [, line = ''] = said.split('\n');
    expect(line.length).toBeLessThanOrEqual(100);
    expect(line).toMatch(/…  1234 ms$/);
  });

  it('tells that a workflow task was lost with its worker', () => {
    expect(found('worker-lost.json', 'a workflow task was lost')).toMatchObject({ who: 'engine' });
  });

  it('tells a call that was cancelled', () => {
    expect(found('cancelled.json', 'callModel: cancelled')).toBeDefined();
  });
});

describe('a file', () => {
  it.each([
    ['no JSON', 'hello'],
    ['something else', '{"hello":1}'],
    [
      'a history without its beginning',
      '{"events":[{"eventId":"2","eventType":"EVENT_TYPE_WORKFLOW_TASK_SCHEDULED"}]}',
    ],
  ])('with %s is refused with the way to make one', (_what, text) => {
    expect(() => parseRuns(text, 'x.json')).toThrow(/x\.json holds no workflow history.*temporal workflow show/s);
  });
});
