/** No servers: every kept history on today's workflow code, and what is said where the two part. */
import { readdirSync, readFileSync } from 'node:fs';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildReplayBundle, type ReplayBundle } from '../../replay/bundle.ts';
import { parseRuns } from '../../replay/history.ts';
import { renderOutcome, renderTimeline } from '../../replay/render.ts';
import { type ReplayOutcome, replayHistory } from '../../replay/run.ts';
import { timelineOfRun } from '../../replay/timeline.ts';

const HISTORIES = new URL('../histories/', import.meta.url);
const files = readdirSync(HISTORIES).filter((file) => file.endsWith('.json'));
const textOf = (file: string) => readFileSync(new URL(file, HISTORIES), 'utf8');

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
  it('are of at least twelve shapes', () => expect(files.length).toBeGreaterThanOrEqual(12));

  it.each(files)('%s is replayed by the code of today', async (file) => {
    for (const run of parseRuns(textOf(file), file)) {
      expect(renderOutcome(await replayHistory(run, { bundle }))).toBe("Today's code makes what is recorded.");
    }
  });

  it.each(files)('%s has a timeline', (file) => {
    const parts = parseRuns(textOf(file), file).flatMap(timelineOfRun);
    expect(parts.length).toBeGreaterThan(0);
    for (const line of renderTimeline(parts).split('\n')) expect(line.length).toBeLessThanOrEqual(110);
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

  it('takes parallel calls in whichever order they ended', async () => {
    const outcome = await replayAltered('parallel-tools.json', (events) => {
      const markers = events.filter(isMarker);
      const [one, other] = [markers[2], markers[3]];
      return events.map((event) => (event === one ? other : event === other ? one : event) ?? event);
    });
    expect(outcome.kind).toBe('same');
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
