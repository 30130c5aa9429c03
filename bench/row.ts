/** One line of the table: a figure of Handback, the same of the plain conversation, and what it is held to. */

export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly handback: number;
  /** The same of the plain Temporal conversation, measured in turns with Handback's. */
  readonly plain?: number;
  readonly bound?: Bound;
}

export type Bound =
  | { readonly kind: 'at_most'; readonly value: number }
  /** Handback's figure by the plain one. */
  | { readonly kind: 'ratio_at_most'; readonly value: number }
  | { readonly kind: 'between'; readonly least: number; readonly most: number };

export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

export function ratioOf({ handback, plain }: Row): number | undefined {
  return plain === undefined || plain === 0 ? undefined : handback / plain;
}

/** `undefined` where nothing is promised. */
export function holds(row: Row): boolean | undefined {
  switch (row.bound?.kind) {
    case undefined:
      return undefined;
    case 'at_most':
      return row.handback <= row.bound.value;
    case 'ratio_at_most':
      return (ratioOf(row) ?? Number.POSITIVE_INFINITY) <= row.bound.value;
    case 'between':
      return row.handback >= row.bound.least && row.handback <= row.bound.most;
  }
}

export function boundText(bound: Bound): string {
  switch (bound.kind) {
    case 'at_most':
      return `≤ ${bound.value}`;
    case 'ratio_at_most':
      return `≤ ${bound.value}×`;
    case 'between':
      return `${bound.least} … ${bound.most}`;
  }
}
