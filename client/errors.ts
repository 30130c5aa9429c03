/** What the client throws. */
import type { Wire } from '../api/schemas.ts';

/** The API answered with a problem. Decide by `code`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Stable, e.g. `conversation_closed`; `unknown` where something in between answered instead of the API. */
  readonly code: string;
  readonly status: number;
  /** The whole problem document, with the fix and whatever the problem has beyond the standard members. */
  readonly problem: Wire['problem'];
  constructor(problem: Wire['problem']) {
    super([problem.title, problem.detail, problem.fix].filter((part) => part !== undefined && part !== '').join(' '));
    this.code = problem.code;
    this.status = problem.status;
    this.problem = problem;
  }
}

/** The message is stored and will be answered, but was not within the time given. Send it again to go on waiting. */
export class TurnNotFinished extends Error {
  override readonly name = 'TurnNotFinished';
  readonly accepted: Wire['accepted'];
  constructor(accepted: Wire['accepted']) {
    super(
      `Message ${accepted.messageId} is accepted but not answered yet. Send it again with the same id to go on waiting.`,
    );
    this.accepted = accepted;
  }
}
