/** Tools that look a record up or only answer. */
import { rejected, type ToolEffect, type World } from '../world.ts';

const AIRPORTS = {
  SFO: 'San Francisco',
  JFK: 'New York',
  LAX: 'Los Angeles',
  ORD: 'Chicago',
  DFW: 'Dallas',
  DEN: 'Denver',
  SEA: 'Seattle',
  ATL: 'Atlanta',
  MIA: 'Miami',
  BOS: 'Boston',
  PHX: 'Phoenix',
  IAH: 'Houston',
  LAS: 'Las Vegas',
  MCO: 'Orlando',
  EWR: 'Newark',
  CLT: 'Charlotte',
  MSP: 'Minneapolis',
  DTW: 'Detroit',
  PHL: 'Philadelphia',
  LGA: 'LaGuardia',
};

export function userDetails(world: World, { user_id }: { user_id: string }): ToolEffect {
  const user = world.user(user_id);
  return user === undefined ? rejected('user not found') : { result: user, changes: [] };
}

/** An unknown reservation is answered as an unknown user: that is how this airline's systems put it. */
export function reservationDetails(world: World, { reservation_id }: { reservation_id: string }): ToolEffect {
  const reservation = world.reservation(reservation_id);
  return reservation === undefined ? rejected('user not found') : { result: reservation, changes: [] };
}

export function listAirports(): ToolEffect {
  return { result: AIRPORTS, changes: [] };
}

export function think(): ToolEffect {
  return { result: '', changes: [] };
}

export function transfer(): ToolEffect {
  return { result: 'Transfer successful', changes: [] };
}
