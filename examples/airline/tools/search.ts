/** Flight search: direct flights and pairs with one stop. */
import type { Json } from '../../../core/manifest.ts';
import type { Flight, FlightDay, ToolEffect, World } from '../world.ts';

interface Route {
  readonly origin: string;
  readonly destination: string;
  readonly date: string;
}

export function searchDirect(world: World, { origin, destination, date }: Route): ToolEffect {
  const found: Json[] = [];
  for (const flight of world.flights()) {
    if (flight.origin === origin && flight.destination === destination && isOpen(flight, date)) {
      found.push({ ...withoutDates(flight), ...dayOf(flight, date) });
    }
  }
  return { result: found, changes: [] };
}

export function searchOneStop(world: World, { origin, destination, date }: Route): ToolEffect {
  const seconds = [...world.flights()].filter((flight) => flight.destination === destination);
  const found: Json[] = [];
  for (const first of world.flights()) {
    if (first.origin !== origin) continue;
    for (const second of seconds) {
      if (first.destination !== second.origin) continue;
      if (first.scheduled_arrival_time_est > second.scheduled_departure_time_est) continue;
      const secondDate = first.scheduled_arrival_time_est.includes('+1') ? dayAfter(date) : date;
      if (!isOpen(first, date) || !isOpen(second, secondDate)) continue;
      // the airline's systems show the second leg with the figures of the first leg's date
      found.push([
        { ...withoutDates(first), ...dayOf(first, date), date },
        { ...withoutDates(second), ...dayOf(second, date), date: secondDate },
      ]);
    }
  }
  return { result: found, changes: [] };
}

/** The airline's calendar has one month, and its systems do not pad the day. */
function dayAfter(date: string): string {
  return `2024-05-${Number.parseInt(date.slice(-2), 10) + 1}`;
}

function dayOf(flight: Flight, date: string): FlightDay | undefined {
  return Object.hasOwn(flight.dates, date) ? flight.dates[date] : undefined;
}

function isOpen(flight: Flight, date: string): boolean {
  return dayOf(flight, date)?.status === 'available';
}

function withoutDates(flight: Flight): Omit<Flight, 'dates'> {
  const { dates: _, ...rest } = flight;
  return rest;
}
