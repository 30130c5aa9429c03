/** The `handback` command: one file a verb. */
import { Command } from 'commander';
import { addApi } from './api.ts';
import { addApprovals } from './approvals.ts';
import { addBreakers } from './breakers.ts';
import { addChat } from './chat.ts';
import { addClose } from './close.ts';
import { addConversations } from './conversations.ts';
import { addEffects } from './effects.ts';
import { addEscalations } from './escalations.ts';
import { addGuard } from './guard.ts';
import { addHandBack } from './hand-back.ts';
import { addKeys } from './keys.ts';
import { addLimits } from './limits.ts';
import { addMigrate } from './migrate.ts';
import { addModels } from './models.ts';
import { addPolicy } from './policy.ts';
import { addReplay } from './replay.ts';
import { addShow } from './show.ts';
import { addStart } from './start.ts';
import { packageVersion } from './version.ts';
import { addWorker } from './worker.ts';

/** Verbs load what they work with when they run, so that help and errors come at once. */
export function createProgram(): Command {
  const program = new Command('handback')
    .description('Durable AI agents for customers: every conversation is a Temporal workflow.')
    .version(packageVersion())
    // What follows a verb is the verb's own: "breakers" has a --json, and so has "breakers force".
    .enablePositionalOptions()
    .showHelpAfterError()
    .showSuggestionAfterError();
  addStart(program);
  addChat(program);
  addConversations(program);
  addShow(program);
  addClose(program);
  addBreakers(program);
  addEffects(program);
  addEscalations(program);
  addHandBack(program);
  addApprovals(program);
  addLimits(program);
  addGuard(program);
  addPolicy(program);
  addApi(program);
  addWorker(program);
  addReplay(program);
  addMigrate(program);
  addModels(program);
  addKeys(program);
  return program;
}
