/** A page of the docs taken apart: its fenced blocks, its links, its headings, its commands. */

export interface Fence {
  readonly line: number;
  readonly language: string;
  /** What stands behind the language: `file=examples/docs/a.ts region=b`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Link {
  readonly line: number;
  readonly target: string;
}

export interface Page {
  readonly fences: readonly Fence[];
  readonly links: readonly Link[];
  /** As GitHub makes them from headings. */
  readonly anchors: ReadonlySet<string>;
  /** `code` between backticks in the prose. */
  readonly inlineCode: readonly { readonly line: number; readonly text: string }[];
}

export function readPage(markdown: string): Page {
  const fences: Fence[] = [];
  const links: Link[] = [];
  const anchors = new Map<string, number>();
  const inlineCode: { line: number; text: string }[] = [];
  let open: { line: number; info: string; text: string[] } | undefined;
  markdown.split('\n').forEach((text, index) => {
    const line = index + 1;
    const fence = /^ {0,3}```(.*)$/.exec(text);
    if (open !== undefined) {
      if (fence?.[1]?.trim() === '') {
        fences.push(fenceOf(open));
        open = undefined;
      } else open.text.push(text);
      return;
    }
    if (fence !== null) {
      open = { line, info: fence[1]?.trim() ?? '', text: [] };
      return;
    }
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(text)?.[1];
    if (heading !== undefined) {
      const slug = slugOf(heading);
      const earlier = anchors.get(slug) ?? 0;
      anchors.set(slug, earlier + 1);
      if (earlier > 0) anchors.set(`${slug}-${earlier}`, 1);
    }
    for (const [, code = ''] of text.matchAll(/`([^`]+)`/g)) inlineCode.push({ line, text: code });
    const prose = text.replace(/`[^`]*`/g, '``');
    for (const [, target = ''] of prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)) links.push({ line, target });
    const reference = /^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(\s|$)/.exec(prose)?.[1];
    if (reference !== undefined) links.push({ line, target: reference });
  });
  if (open !== undefined) fences.push(fenceOf(open));
  return { fences, links, anchors: new Set(anchors.keys()), inlineCode };
}

function fenceOf(block: { readonly line: number; readonly info: string; readonly text: readonly string[] }): Fence {
  const [language = '', ...rest] = block.info.split(/\s+/);
  const attributes = Object.fromEntries(
    rest.map((each): [string, string] => {
      const [name = '', ...value] = each.split('=');
      return [name, value.join('=')];
    }),
  );
  return { line: block.line, language, attributes, text: block.text.join('\n') };
}

function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}
