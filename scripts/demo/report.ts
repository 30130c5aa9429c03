/** What the demo prints: lines per layer, and what was promised against what was measured. */
import { styleText } from 'node:util';
import type { Trace } from '../../client/index.ts';

export type TracedTurn = Trace['turns'][number];

export interface Report {
  heading(text: string): void;
  /** One line of a layer: `inbox`, `workflow`, `model`, `tool`, `reply`. */
  line(layer: string, text: string): void;
  /** A promise and whether it held. */
  check(promise: string, held: boolean, measured: string): void;
  /** @returns whether every promise held */
  conclude(): boolean;
}

const WIDTH = 10;

export function createReport(write: (line: string) => void): Report {
  const checks: { readonly promise: string; readonly held: boolean; readonly measured: string }[] = [];
  return {
    heading: (text) => write(`\n${styled('bold', text)}`),
    line: (layer, text) => write(`  ${styled('dim', layer.padEnd(WIDTH))} ${text}`),
    check: (promise, held, measured) => checks.push({ promise, held, measured }),
    conclude() {
      write(`\n${styled('bold', 'What was promised, and what was measured')}`);
      for (const { promise, held, measured } of checks) {
        write(`  ${held ? styled('green', 'held') : styled('red', 'BROKEN')}  ${promise}: ${measured}`);
      }
      return checks.every(({ held }) => held);
    },
  };
}

/** The model's and the tools' lines of one turn, as the ledger has them. */
export function tellSteps(report: Report, turn: TracedTurn): void {
  for (const step of turn.steps) {
    const wants = step.toolCalls.map(({ name, arguments: given }) => `${name} ${given}`);
    const did = wants.length === 0 ? 'answers' : `asks for ${wants.join(', ')}`;
    report.line('model', `call ${step.step} ${did} (${tries(step.attempts)}, ${step.ms ?? '?'} ms)`);
    for (const tool of step.tools) {
      report.line(
        'tool',
        `${tool.tool}: ${tool.outcome} (${tries(tool.attempts)}, the last took ${tool.ms ?? '?'} ms)`,
      );
    }
  }
}

function tries(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}

/** A reply in one line. The stand-in begins each conversation by saying what it is; the demo has said so itself. */
export function short(text: string): string {
  const line = text.replace(/^\(I am a rule-based stand-in[^)]*\)\s*/, '').replaceAll(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

function styled(style: 'bold' | 'dim' | 'green' | 'red', text: string): string {
  return process.stdout.isTTY ? styleText(style, text) : text;
}
