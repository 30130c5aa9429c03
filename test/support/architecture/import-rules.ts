/** The rules about imports, as functions from files to what is wrong with them. */
import { cyclesOf } from './cycles.ts';
import { HOME_OF, MAY_IMPORT, ONLY_PACKAGES, OUTSIDE } from './house.ts';
import { importsOf } from './imports.ts';
import type { Files } from './project.ts';

/** What is wrong, a line each, beginning with the place. */
export type Problems = readonly string[];

interface Edge {
  readonly place: string;
  readonly file: string;
  readonly folder: string;
  readonly typesOnly: boolean;
  readonly to: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'package'; readonly name: string };
}

const CODE = /\.(ts|tsx|mts|mjs)$/;

/** A file of the root is a folder of its own. */
const folderOf = (path: string) => path.split('/')[0] ?? path;

/** Four rules ask for the same. */
const known = new WeakMap<Files, readonly Edge[]>();

function edgesOf(files: Files): readonly Edge[] {
  const edges = known.get(files) ?? readEdges(files);
  known.set(files, edges);
  return edges;
}

function readEdges(files: Files): readonly Edge[] {
  return [...files]
    .filter(([file]) => CODE.test(file))
    .flatMap(([file, source]) =>
      importsOf(file, source).map(({ line, typesOnly, target }) => ({
        place: `${file}:${line}`,
        file,
        folder: folderOf(file),
        typesOnly,
        to: target,
      })),
    );
}

/** Every import between folders is one the plan allows. */
export function foreignImports(files: Files): Problems {
  return edgesOf(files).flatMap((edge) => {
    if (edge.to.kind !== 'file' || OUTSIDE.has(edge.folder)) return [];
    const { path } = edge.to;
    const target = folderOf(path);
    if (target === edge.folder) return [];
    const allowed = MAY_IMPORT[edge.folder];
    if (allowed === undefined) return [`${edge.place}: the folder ${edge.folder} is not in the plan (house.ts)`];
    const names = [target, path, ...(edge.typesOnly ? [`types:${path}`] : [])];
    if (names.some((name) => allowed.includes(name))) return [];
    return [`${edge.place}: ${edge.folder} may not import ${path}${edge.typesOnly ? '' : ' (as more than types)'}`];
  });
}

/** `core` and `workflows` use next to no packages, and some packages have one home. */
export function foreignPackages(files: Files): Problems {
  return edgesOf(files).flatMap(({ place, folder, to }) => {
    if (to.kind !== 'package') return [];
    const only = ONLY_PACKAGES[folder];
    if (only !== undefined && !only.includes(to.name))
      return [`${place}: ${folder} may not use the package ${to.name}`];
    const homes = HOME_OF[to.name];
    const free = homes === undefined || homes.includes(folder) || folder === 'bench' || OUTSIDE.has(folder);
    return free ? [] : [`${place}: the package ${to.name} belongs to ${homes.join(', ')}`];
  });
}

/** No file reaches itself through imports, types included. */
export function fileCycles(files: Files): Problems {
  return circles(
    edgesOf(files).flatMap((edge) => (edge.to.kind === 'file' ? [[edge.file, edge.to.path] as const] : [])),
  );
}

/** No folder reaches itself through imports of others, types included. */
export function folderCycles(files: Files): Problems {
  return circles(
    edgesOf(files).flatMap(({ folder, to }) => {
      const target = to.kind === 'file' ? folderOf(to.path) : folder;
      return target === folder ? [] : [[folder, target] as const];
    }),
  );
}

/** The plan itself leads nowhere in a circle; a single allowed file counts as its folder. */
export function planCycles(plan: Readonly<Record<string, readonly string[]>>): Problems {
  return circles(
    Object.entries(plan).flatMap(([from, allowed]) =>
      allowed.map((to) => [from, folderOf(to.replace(/^types:/, ''))] as const),
    ),
  );
}

function circles(pairs: readonly (readonly [string, string])[]): Problems {
  const edges = new Map<string, Set<string>>();
  for (const [from, to] of pairs) edges.set(from, (edges.get(from) ?? new Set()).add(to));
  return cyclesOf(edges).map((cycle) => [...cycle, cycle[0]].join(' -> '));
}
