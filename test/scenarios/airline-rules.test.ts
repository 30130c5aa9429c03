/** The airline with its policy in force: whatever the model asks for, its text, its data and the customer decide. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { airlineDirectory, readAirline, whyAbsent } from '../../examples/airline/data.ts';
import airline, { migrations } from '../../examples/airline/index.ts';
import { callTools, reply, type StandInStep } from '../../stand-in/steps.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

const directory = airlineDirectory(process.env);
const absent = whyAbsent(directory);
if (absent !== undefined) console.log(`skipped: ${absent}`);

describe.skipIf(absent !== undefined)('an airline with rules', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({
      agents: (database) => airline({ database, env: process.env }),
      migrations,
      slowAfterMs: 1_000,
    });
    await platform.startWorker();
  });
  afterAll(() => platform?.stop());

  const call = (name: string, args: Record<string, unknown>) => callTools([{ name, arguments: args }]);
  const say = async (conversation: string, customer: string, text: string, ...steps: StandInStep[]) => {
    if (steps.length > 0) platform.standIn.script(platform.nameOf(conversation), steps);
    const message = { text, agent: 'airline-governed', customer: { id: customer } };
    return platform.client.send(conversation, message, { wait: 30_000 });
  };
  const outcomes = async (conversation: string) => {
    const { turns } = await platform.client.trace(conversation);
    return turns.flatMap(({ steps }) =>
      steps.flatMap(({ tools }) => tools.map(({ tool, outcome }) => [tool, outcome])),
    );
  };
  /** A business trip, which may always be cancelled before it is flown, and a trip of somebody else. */
  const trips = () => {
    const { base } = readAirline(directory);
    const own = [...base.reservations.values()].find(
      ({ cabin, flights }) => cabin === 'business' && flights.every(({ date }) => date > '2024-05-20'),
    );
    const other = [...base.reservations.values()].find(({ user_id: owner }) => owner !== own?.user_id);
    if (own === undefined || other === undefined) throw new Error('the data has no such trips');
    return { own, other };
  };

  it('cancels a trip when its traveller says yes to exactly that', async () => {
    const { own } = trips();
    const { user_id: user, reservation_id: trip } = own;
    const asked = await say(
      'cancels',
      user,
      `Please cancel my trip ${trip}.`,
      call('get_user_details', { user_id: user }),
      call('get_reservation_details', { reservation_id: trip }),
      call('cancel_reservation', { reservation_id: trip }),
      reply(`I have cancelled your reservation ${trip}.`),
    );
    expect(asked).toMatchObject({ outcome: 'asked' });
    expect(asked.reply).toContain(`Cancel reservation – reservation id: “${trip}”`);
    const done = await say('cancels', user, 'Yes, please');
    expect(done).toMatchObject({ outcome: 'replied', reply: `I have cancelled your reservation ${trip}.` });
    expect((await outcomes('cancels')).filter(([tool]) => tool === 'cancel_reservation')).toEqual([
      ['cancel_reservation', 'unconfirmed'],
      ['cancel_reservation', 'done'],
    ]);
  });

  it('neither shows nor changes what is somebody else’s', async () => {
    const { own, other } = trips();
    const { user_id: user } = own;
    await say(
      'others',
      user,
      `Please cancel my trip ${other.reservation_id}.`,
      call('get_user_details', { user_id: other.user_id }),
      call('get_user_details', { user_id: user }),
      call('get_reservation_details', { reservation_id: other.reservation_id }),
      call('cancel_reservation', { reservation_id: other.reservation_id }),
      reply('I cannot help with that.'),
    );
    expect(await outcomes('others')).toEqual([
      ['get_user_details', 'denied'],
      ['get_user_details', 'done'],
      ['get_reservation_details', 'denied'],
      ['cancel_reservation', 'denied'],
    ]);
  });

  it('says nothing was done when nothing was', async () => {
    const { own } = trips();
    const claim = reply(`I have cancelled your reservation ${own.reservation_id}.`);
    const turn = await say('claims', own.user_id, `Please cancel my trip ${own.reservation_id}.`, claim, claim);
    expect(turn.outcome).toBe('escalated');
    expect(turn.reply).not.toContain('cancelled');
  });
});
