/** The lines of a reply and which line each belongs under, as headings, lists and indentation show it. */
export interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly level: number;
  /** Index of the line this one stands under. */
  readonly parent: number | undefined;
  /** Where the text begins after indentation and list mark. */
  readonly textStart: number;
}

const HEADING = /^(#{1,6}) /;
const NUMBERED = /^\(?(?:\d{1,3}|[a-zA-Z])[.)](?= )/;
const BULLET = /^[-*•–+](?= )/;
const BOLD_ONLY = /^\*\*[^*\n]{1,120}\*\*:?\s*$/;

export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  const open: number[] = [];
  let start = 0;
  for (const raw of text.split('\n')) {
    const end = start + raw.length;
    const body = raw.trimStart();
    if (body !== '') {
      const { level, mark } = levelOf(raw.length - body.length, body);
      while (open.length > 0 && (lines[open.at(-1) ?? 0]?.level ?? 0) >= level) open.pop();
      lines.push({ start, end, text: raw, level, parent: open.at(-1), textStart: end - body.length + mark });
      open.push(lines.length - 1);
    }
    start = end + 1;
  }
  return lines;
}

/** A list stands under the plain line before it, though both are indented alike; a heading over everything. */
function levelOf(indent: number, body: string): { level: number; mark: number } {
  const heading = HEADING.exec(body);
  if (heading !== null) return { level: -10 + (heading[1]?.length ?? 0), mark: heading[0].length };
  const numbered = NUMBERED.exec(body);
  if (numbered !== null) return { level: 3 * indent + 1, mark: numbered[0].length };
  if (BULLET.test(body)) return { level: 3 * indent + 2, mark: 1 };
  return { level: 3 * indent - (BOLD_ONLY.test(body) ? 0.5 : 0), mark: 0 };
}

/** Index of the line at an offset. */
export function lineAt(lines: readonly Line[], offset: number): number {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
