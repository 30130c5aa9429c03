/** What the kernel says about processes. Linux only: there is no portable way to ask for another process's CPU time. */
import { readdirSync, readFileSync } from 'node:fs';

/** A clock tick of `/proc`: 1/100 s on every Linux that Node runs on. */
const TICK_MS = 10;

interface Stat {
  readonly parent: number;
  /** Of the process and its threads, in milliseconds. */
  readonly cpuMs: number;
  /** Of children that have ended and were waited for. */
  readonly endedChildrenMs: number;
}

function statOf(pid: number): Stat {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold anything, brackets and spaces included; the fields begin after the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (index: number) => Number(fields[index]);
  return { parent: at(1), cpuMs: (at(11) + at(12)) * TICK_MS, endedChildrenMs: (at(13) + at(14)) * TICK_MS };
}

/** CPU time of a process, user and system, in milliseconds. @throws where there is no such process */
export function cpuMs(pid: number): number {
  return statOf(pid).cpuMs;
}

/** CPU time of a process and of all its children, the ended ones included: PostgreSQL has a process a connection. */
export function familyCpuMs(pid: number): number {
  const own = statOf(pid);
  const children = readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = statOf(Number(name));
      return stat.parent === pid ? [stat] : [];
    } catch {
      return []; // it has just ended
    }
  });
  return children.reduce((sum, child) => sum + child.cpuMs, own.cpuMs + own.endedChildrenMs);
}

/** Memory a process holds, in MB. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}
