#!/usr/bin/env node
import { describe } from './failure.ts';
import { printNotice } from './print.ts';
import { createProgram } from './program.ts';

// `handback show … | head` is no failure: what nobody reads is not written. (`start` makes more of it: see stack/reader.ts.)
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  printNotice(`handback: ${describe(error)}`);
  // At once: a connection that is still open must not keep a process that has failed.
  process.exit(1);
}
