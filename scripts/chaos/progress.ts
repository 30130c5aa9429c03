/** Says every few seconds how far a run is. */
import type { Answer, Ended } from './play.ts';

export interface Progress {
  answered(answer: Answer): void;
  ended(one: Ended): void;
  stop(): void;
}

export interface ProgressOptions {
  /** How many messages the recordings have. */
  readonly messages: number;
  readonly conversations: number;
  /** How far the run is, from 0 to 1, each time that changes. */
  readonly onPart: (part: number) => void;
  /** What has been done to it so far, for the line. */
  readonly done: () => string;
  readonly log: (line: string) => void;
}

const EVERY_MS = 10_000;

export function startProgress({ messages, conversations, onPart, done, log }: ProgressOptions): Progress {
  const began = Date.now();
  let replied = 0;
  let sorry = 0;
  let over = 0;
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - began) / 1_000);
    log(
      `${seconds} s: ${over}/${conversations} conversations, ${replied}/${messages} replies, ${sorry} apologies; ${done()}`,
    );
  }, EVERY_MS);
  return {
    answered({ outcome }) {
      if (outcome !== 'replied') sorry += 1;
      else onPart(++replied / messages);
    },
    ended(one) {
      over += 1;
      if (one.kind === 'broken') log(`${one.conversation.name}: ${one.why}`);
    },
    stop: () => clearInterval(timer),
  };
}
