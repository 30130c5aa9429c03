import { join } from 'node:path';
import { install, needsInstall } from '../bootstrap/install.mjs';
import { withLock } from '../bootstrap/lock.mjs';

/** The packages, and nothing else of the set-up. @throws SetUpError */
export async function requireDependencies(root) {
  if (!needsInstall(root)) return;
  await withLock(join(root, 'dist', '.bootstrap.lock'), 'setting up this checkout', async () => {
    if (needsInstall(root)) await install(root);
  });
}
