/** What a built workflow bundle is made of. */
import type { Problems } from './import-rules.ts';

/** The engine's own code and what it needs; nothing else may run among the workflows. */
const ENGINE = new Set(['@temporalio/workflow', '@temporalio/common', 'nexus-rpc', 'ms', 'long']);
const OURS = /^\.\/(core|workflows)\//;

export interface BundledModule {
  /** From the project's root, `./core/failure.ts`, or webpack's own name for a module that is none. */
  readonly name: string;
  /** A module that webpack was told to leave out: an empty function. */
  readonly leftOut: boolean;
}

/** webpack writes a heading above every module it put in. */
export function bundledModules(bundle: string): readonly BundledModule[] {
  return [...bundle.matchAll(/^\/\*\*\*\/ "([^"]+)"\n(?:\/\*!\*+!\*\\\n {2}!\*\*\* (.*) \*\*\*!\n)?/gm)].map(
    ([, name = '', heading = '']) => ({
      name,
      leftOut: heading.endsWith(' (ignored)'),
    }),
  );
}

/** Modules that have no business in the workflows. */
export function strangersIn(bundle: string): Problems {
  return bundledModules(bundle)
    .filter(({ name, leftOut }) => !isWelcome(name) && !(leftOut && name.startsWith('?')))
    .map(({ name }) => name);
}

function isWelcome(name: string): boolean {
  if (OURS.test(name)) return true;
  const place = name.split('/node_modules/').at(-1);
  if (place === undefined || !name.includes('/node_modules/')) return false;
  const parts = place.split('/');
  return ENGINE.has(parts.slice(0, place.startsWith('@') ? 2 : 1).join('/'));
}
