/**
 * `handback/testing`: what an author's tests import. The stand-in speaks Chat Completions over HTTP; a script says what the
 * model answers in one conversation, faults included, and a script that is too short or too long fails the test.
 */
/** What a tool returned, out of the content of a `tool` message. */
export { unmarked } from '../core/tool-data.ts';
export type { FaultName } from '../stand-in/faults.ts';
export type { Rules } from '../stand-in/rules.ts';
export { UnconsumedModelStepsError, UnexpectedModelCallError } from '../stand-in/script.ts';
export {
  type StandIn,
  type StandInCall,
  type StandInCalls,
  type StandInOptions,
  startStandIn,
} from '../stand-in/server.ts';
export { callTools, fault, type Pace, reply, type StandInStep } from '../stand-in/steps.ts';
