/** Chat through a pipe: each line of standard input is a message, each reply goes to standard output. */
import { createInterface } from 'node:readline';
import { printLine, printNotice } from '../print.ts';
import { outgoing, type Talk } from './talk.ts';

/** @returns whether every turn ended as it should */
export async function chatInLines(talk: Talk, json: boolean): Promise<boolean> {
  printNotice(`conversation ${talk.conversation}`);
  let good = true;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const turn = await talk.client.send(talk.conversation, outgoing(talk, line), { wait: Number.POSITIVE_INFINITY });
    printLine(json ? JSON.stringify(turn) : turn.reply);
    if (turn.outcome !== 'failed') continue;
    good = false;
    printNotice(`turn ${turn.turn} failed: ${turn.failure ?? 'no reason given'}`);
  }
  return good;
}
