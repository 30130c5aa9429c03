import { type Found, findIn } from './finders.ts';
import { endOfPiece, forcedEnd, LONGEST_PIECE, whole } from './segment.ts';
import type { Open, PiiSpan, PiiType } from './types.ts';

/** Gets the reply in order: text between values, and values. `continued` is more of the value before it. */
export interface Listener {
  readonly text: (text: string) => void;
  readonly value: (value: string, span: PiiSpan, continued: boolean) => void;
}

export interface Scan {
  /** Reads on; tells the listener of everything that is certain by now. */
  readonly push: (segment: string) => void;
  /** Reads what is left as the end of the text. */
  readonly end: () => void;
}

/** A value's label is looked for in so much of the text before it. */
const CONTEXT = 96;

const GOES_ON: Readonly<Record<Open, RegExp>> = { token: /^[\w.~+/=%@:-]+/, block: /^[A-Za-z\d+/=\\\s]+/ };

/**
 * Reads a text that arrives in segments, piece by piece. A whole text is one segment, so the two cannot find different
 * things: where a piece ends depends only on the text before.
 */
export function startScan(on: ReadonlySet<PiiType>, regions: readonly string[], listener: Listener): Scan {
  let waiting = '';
  let before = '';
  let position = 0;
  let open: { readonly as: Open; readonly span: PiiSpan } | undefined;

  const take = (end: number) => {
    const taken = waiting.slice(0, end);
    waiting = waiting.slice(end);
    before = (before + taken).slice(-CONTEXT);
    position += end;
    return taken;
  };

  /** What follows a value whose end was not in sight. */
  const goOn = () => {
    if (open === undefined || waiting === '') return;
    const more = GOES_ON[open.as].exec(waiting)?.[0].length ?? 0;
    const { span } = open;
    if (more > 0) {
      const start = position;
      const value = take(more);
      listener.value(value, { ...span, start, end: position }, true);
    }
    if (waiting !== '') open = undefined;
  };

  const release = (end: number, found: readonly Found[]) => {
    const start = position;
    const piece = take(end);
    let told = 0;
    for (const { type, score, open: as, ...at } of found) {
      if (at.start >= end) break;
      if (at.start > told) listener.text(piece.slice(told, at.start));
      const span = { start: start + at.start, end: start + at.end, type, score };
      listener.value(piece.slice(at.start, at.end), span, false);
      told = at.end;
      if (as !== undefined && at.end === end) open = { as, span };
    }
    if (told < piece.length) listener.text(piece.slice(told));
  };

  /** A piece that is as long as pieces get. A value at the cut is taken whole, and goes on where its end is not in sight. */
  const releaseForced = () => {
    const length = whole(waiting, LONGEST_PIECE);
    const piece = waiting.slice(0, length);
    const found = findIn(before, piece, on, regions);
    const cut = forcedEnd(piece);
    const across = found.find(({ start, end }) => start < cut && end > cut);
    if (across === undefined) return release(cut, found);
    const rest = GOES_ON.token.exec(piece.slice(across.end - 1))?.[0].length ?? 0;
    if (across.open !== undefined || across.end - 1 + rest < length) return release(across.end, found);
    const endless = { ...across, end: length, open: 'token' as const };
    release(length, [...found.filter(({ start }) => start < across.start), endless]);
  };

  const advance = () => {
    for (;;) {
      goOn();
      const end = endOfPiece(waiting);
      if (end !== undefined) release(end, findIn(before, waiting.slice(0, end), on, regions));
      else if (waiting.length > LONGEST_PIECE) releaseForced();
      else return;
    }
  };

  return {
    push(segment) {
      waiting += segment;
      advance();
    },
    end() {
      if (waiting !== '') release(waiting.length, findIn(before, waiting, on, regions));
    },
  };
}
