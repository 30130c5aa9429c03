// Pure: claims of having done something against the changes of the conversation.
import { describe, expect, it } from 'vitest';
import { checkFacts } from '../../../../../guardrails/output/facts/check.ts';
import type { Change } from '../../../../../guardrails/output/facts/types.ts';
import { NOTHING } from './evidence.ts';

const change = (tool: string, args: object = {}, outcome: Change['outcome'] = 'done'): Change => ({
  tool,
  outcome,
  arguments: JSON.stringify(args),
  result: 'ok',
});
const BOOKINGS = [JSON.stringify({ booking_id: 'BK1001' }), JSON.stringify({ booking_id: 'BK2002' })];
const broken = (reply: string, ...changes: Change[]) =>
  checkFacts(reply, { ...NOTHING, results: BOOKINGS, changes }).filter(({ type }) => type === 'promise').length;

describe('a claim of an action', () => {
  it.each([
    ['I have cancelled your booking.', 'cancel_booking'],
    ["I've gone ahead and canceled it.", 'cancelBooking'],
    ['Your booking has been successfully updated.', 'change_booking'],
    ['The booking was cancelled.', 'cancel_booking'],
    ['A refund has been processed.', 'refund_payment'],
    ['I have sent you the voucher.', 'send_voucher'],
    ['Your flight has been successfully booked.', 'book_flight'],
    ['I have transferred you to a human agent.', 'transfer_to_human_agents'],
    ['Two bags have been added.', 'update_bags'],
    ['I have closed your account.', 'close_account'],
    ['Your ticket has been closed.', 'update_ticket'],
    ['I have paused your subscription.', 'pause_subscription'],
    ['I have suspended your card.', 'block_card'],
    ['Your card has been blocked.', 'block_card'],
    ['I have deactivated your card.', 'deactivate_card'],
    ['We have frozen your account.', 'freeze_account'],
    ['I have reactivated your account.', 'activateAccount'],
    ['Your account has been unlocked.', 'unlock_account'],
    ['I have unblocked it for you.', 'unblock_card'],
    ['I reset your password.', 'reset_password'],
    ['I have just renewed your membership.', 'renew_membership'],
    ['I have resumed your deliveries.', 'resume_deliveries'],
    ['I have restored your access.', 'update_access'],
    ['I have extended your stay.', 'extend_stay'],
    ['I have locked your card.', 'lock_card'],
  ])('needs that action to be done: %s', (reply, tool) => {
    expect(broken(reply)).toBe(1);
    expect(broken(reply, change(tool))).toBe(0);
    expect(broken(reply, change(tool, {}, 'rejected'))).toBe(1);
    expect(broken(reply, change(tool, {}, 'unknown'))).toBe(1);
  });

  it('is not made good by an action of another sort', () => {
    expect(broken('I have cancelled your booking.', change('send_voucher'))).toBe(1);
    expect(broken('I have transferred you to a specialist.', change('send_voucher'))).toBe(1);
    expect(broken('I have closed your account.', change('unlock_account'))).toBe(1);
    expect(broken('I have unlocked your account.', change('close_account'))).toBe(1);
  });

  it('of a named thing is about that thing', () => {
    expect(broken('I have cancelled booking BK1001.', change('cancel_booking', { booking_id: 'BK1001' }))).toBe(0);
    expect(broken('I have cancelled booking BK1001.', change('cancel_booking', { booking_id: 'BK2002' }))).toBe(1);
  });

  it.each([
    'I will cancel it once you confirm.',
    'Would you like me to cancel it? Has it been cancelled?',
    'If it was cancelled, you get a voucher.',
    'I have checked your booking and found two flights.',
    'Nothing has been changed.',
    'The booking cannot be cancelled.',
    'It was booked in May.',
    'The shop is now closed.',
    'Our office was closed yesterday.',
    'We closed the kitchen at nine.',
    'We reset passwords every year.',
    'The flight was suspended by the airline.',
    'Your membership is renewed every year.',
    'Once the booking has been updated, you will hear from us.',
  ])('is not made by: %s', (reply) => {
    expect(broken(reply)).toBe(0);
  });

  it('may repeat a state that a tool returned', () => {
    const results = [JSON.stringify({ flight: 'QX101', status: 'cancelled' })];
    expect(checkFacts('Flight QX101 has been cancelled by the airline.', { ...NOTHING, results })).toEqual([]);
    expect(checkFacts('I have cancelled flight QX101.', { ...NOTHING, results })).toHaveLength(1);
  });
});
