/** Which role may do what. A key does what any of its roles may; it never sees another tenant. */
import type { KeyGrant, KeyRole } from '../db/keys.ts';
import { Problem } from './problems.ts';

const PERMISSIONS = {
  /** Speak for a customer. */
  send: ['service', 'admin'],
  /** See conversations and what was said in them. */
  read: ['service', 'operator', 'supervisor', 'engineer', 'admin'],
  /** See model calls, tool calls, costs and failures. */
  inspect: ['engineer', 'supervisor', 'admin'],
  close: ['service', 'operator', 'supervisor', 'admin'],
  /** See the changes that are in doubt, and say what became of them. */
  resolve: ['operator', 'supervisor', 'engineer', 'admin'],
  /** Own conversations: take them from the agent, answer in them, give them back. */
  own: ['operator', 'supervisor', 'admin'],
  /** Say yes or no to calls that wait for a person. */
  decide: ['operator', 'supervisor', 'admin'],
  /** See how tools and models are doing, for everybody: nothing of a customer is in it. */
  watch: ['operator', 'supervisor', 'engineer', 'admin'],
  /** Stop a tool or a model for everybody, or let it be called whatever was measured. */
  force: ['supervisor', 'engineer', 'admin'],
} as const satisfies Record<string, readonly KeyRole[]>;

export type Action = keyof typeof PERMISSIONS;

export function may(caller: KeyGrant, action: Action): boolean {
  const roles: readonly KeyRole[] = PERMISSIONS[action];
  return caller.roles.some((role) => roles.includes(role));
}

/** @throws Problem `forbidden` */
export function demand(caller: KeyGrant, action: Action): void {
  if (may(caller, action)) return;
  const roles = PERMISSIONS[action];
  throw new Problem('forbidden', {
    detail: `This takes a key with one of the roles ${roles.join(', ')}.`,
    members: { roles },
  });
}
