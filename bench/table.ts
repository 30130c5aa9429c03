/** Prints figures as tables that line up in a terminal and read well in an issue. */
import { rounded } from './numbers.ts';
import { boundText, type Figure, holds, type Row, ratioOf } from './row.ts';

const HEAD = ['', 'Handback', 'plain', 'ratio', 'bound', ''];

export function tableOf(figure: Figure): string {
  const lines = [HEAD, ...figure.rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const printed = lines.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  return [figure.title, ...printed.map((line) => `  ${line.join('  ')}`.trimEnd())].join('\n');
}

function cellsOf(row: Row): string[] {
  const ratio = ratioOf(row);
  const kept = holds(row);
  return [
    `${row.what}, ${row.unit}`,
    String(rounded(row.handback)),
    row.plain === undefined ? '' : String(rounded(row.plain)),
    ratio === undefined ? '' : `${rounded(ratio)}×`,
    row.bound === undefined ? '' : boundText(row.bound),
    kept === undefined ? '' : kept ? 'ok' : 'MISSED',
  ];
}
