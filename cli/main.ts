#!/usr/bin/env node
import { describe } from './failure.ts';
import { printNotice } from './print.ts';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  printNotice(`handback: ${describe(error)}`);
  // At once: a connection that is still open must not keep a process that has failed.
  process.exit(1);
}
