/** What the stand-in model can be told to do with one request: an answer, or a fault. */
import type { CallToolsStep, Pace, ReplyStep } from './answers.ts';
import type { FaultName } from './faults.ts';

export {
  type CallToolsStep,
  callTools,
  type Pace,
  type ReplyStep,
  reply,
  type StandInBody,
  type StandInMessage,
  type StandInRequest,
  type StandInTool,
  type StandInToolCall,
} from './answers.ts';

export interface FaultStep extends Pace {
  readonly kind: 'fault';
  readonly fault: FaultName;
}

export type StandInStep = ReplyStep | CallToolsStep | FaultStep;

export function fault(name: FaultName, pace: Pace = {}): FaultStep {
  return { kind: 'fault', fault: name, ...pace };
}
