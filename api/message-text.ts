/** What a customer's message may be made of, as a problem of the API. */
import { textProblem } from '../guardrails/input/message-text.ts';
import { Problem } from './problems.ts';

/** @throws Problem naming what is wrong, without quoting the text */
export function checkText(text: string): void {
  const problem = textProblem(text);
  if (problem !== undefined) throw new Problem(problem.code, { detail: problem.detail });
}
