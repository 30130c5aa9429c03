/** Sentences from templates: `{a|b|}` is one of several, also nested; `<name>` one of the words of that name. */

export interface Family {
  readonly name: string;
  /** How many different sentences are made of each template at most. */
  readonly each: number;
  readonly words: Readonly<Record<string, string>>;
  readonly templates: readonly string[];
}

/** @param random gives numbers in [0, 1) @returns different sentences, in the order of the templates */
export function sentencesOf(family: Family, random: () => number): readonly string[] {
  return family.templates.flatMap((template) => {
    const made = new Set<string>();
    for (let attempt = 0; attempt < family.each * 3 && made.size < family.each; attempt++) {
      made.add(tidy(expand(template, family.words, random)));
    }
    return [...made];
  });
}

const INNERMOST = /\{([^{}]*)\}/;
const NAMED = /<([a-zA-Z]+)>/g;

function expand(template: string, words: Family['words'], random: () => number): string {
  let text = template;
  for (;;) {
    text = text.replace(NAMED, (_, name: string) => {
      const choices = words[name];
      if (choices === undefined) throw new Error(`There are no words <${name}> for: ${template}`);
      return `{${choices}}`;
    });
    const found = INNERMOST.exec(text);
    if (found === null) return text;
    const choices = (found[1] ?? '').split('|');
    const chosen = choices[Math.floor(random() * choices.length)] ?? '';
    text = text.slice(0, found.index) + chosen + text.slice(found.index + found[0].length);
  }
}

function tidy(text: string): string {
  const plain = text
    .replaceAll(/ +/g, ' ')
    .replaceAll(/ ([,.?!:;])/g, '$1')
    .trim();
  return plain.slice(0, 1).toUpperCase() + plain.slice(1);
}
