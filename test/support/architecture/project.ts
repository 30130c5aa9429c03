/** The project's files as a map from path to text, which is what every rule works on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path from the root, with forward slashes, to the file's text. */
export type Files = ReadonlyMap<string, string>;

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Made, downloaded or recorded; nobody writes these by hand. */
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'histories', 'package-lock.json']);
const TEXT = /\.(ts|tsx|mts|mjs|cjs|js|json|sql|md|sh|ya?ml|css|html)$|(^|\/)Dockerfile$/;

export function projectFiles(root: string = ROOT): Files {
  const files = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      // `.git`, `.handback` and editors' folders.
      if (NOT_OURS.has(entry.name) || (entry.isDirectory() && entry.name.startsWith('.'))) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (TEXT.test(entry.name)) files.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'));
    }
  };
  walk(root);
  return files;
}
