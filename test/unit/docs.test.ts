/** Pure unit tests — no servers: what the docs show is compiled, what they tell people to type exists, links lead somewhere. */
import { describe, expect, it } from 'vitest';
import { projectFiles } from '../support/architecture/project.ts';
import { readPage } from '../support/docs/markdown.ts';
import { brokenLinks, staleSnippets, unknownCommands } from '../support/docs/rules.ts';

const project = projectFiles();

const RULES = {
  'code is a compiled file, word for word': staleSnippets,
  'commands are verbs and scripts that exist': unknownCommands,
  'links lead somewhere': brokenLinks,
};

describe('the docs', () => {
  it.each(Object.entries(RULES))('%s', (_name, rule) => {
    expect(rule(project)).toEqual([]);
  });

  it.each(['README.md', 'docs/authoring.md', 'docs/recovery.md', 'docs/guardrails.md', 'docs/api.md'])(
    'show code in %s',
    (page) => {
      const { fences } = readPage(project.get(page) ?? '');
      expect(fences.filter(({ language }) => language === 'ts').length).toBeGreaterThan(0);
    },
  );
});

const SOURCE = [
  "import { defineAgent } from '../../index.ts';",
  'export function make() {',
  '  // #region made',
  '  if (ready) {',
  '    return 1;',
  '  }',
  '  // #endregion made',
  '}',
].join('\n');

const files = (readme: string, more: Record<string, string> = {}) =>
  new Map(
    Object.entries({
      'README.md': readme,
      'examples/docs/a.ts': SOURCE,
      'package.json': JSON.stringify({ scripts: { start: '', test: '', demo: '' } }),
      'cli/show.ts': "program.command('show <id>')",
      ...more,
    }),
  );

const fence = (info: string, ...lines: string[]) => ['# Title', `\`\`\`${info}`, ...lines, '```', ''].join('\n');

const BROKEN: readonly (readonly [string, keyof typeof RULES, string, string])[] = [
  [
    'a snippet without a file',
    'code is a compiled file, word for word',
    fence('ts', 'make();'),
    'README.md:2: names no file',
  ],
  [
    'a snippet of a file that is not there',
    'code is a compiled file, word for word',
    fence('ts file=examples/docs/b.ts', 'x'),
    'no examples/docs/b.ts',
  ],
  [
    'a snippet of a region that is not there',
    'code is a compiled file, word for word',
    fence('ts file=examples/docs/a.ts region=lost', 'x'),
    '#region lost',
  ],
  [
    'a snippet that was changed in the page only',
    'code is a compiled file, word for word',
    fence('ts file=examples/docs/a.ts region=made', 'if (ready) {', '  return 2;', '}'),
    'line 2',
  ],
  [
    'a snippet that ends too early',
    'code is a compiled file, word for word',
    fence('ts file=examples/docs/a.ts region=made', 'if (ready) {'),
    'lines are missing',
  ],
  [
    'a script that is not there',
    'commands are verbs and scripts that exist',
    fence('sh', 'cd there && npm run demos -- --fast'),
    'README.md:3: package.json has no script demos',
  ],
  [
    'a script that is not there, in a sentence',
    'commands are verbs and scripts that exist',
    'Type `npm run fly`.',
    'no script fly',
  ],
  [
    'a verb that is not there',
    'commands are verbs and scripts that exist',
    fence('sh', 'npx handback shout c-1'),
    'no verb shout',
  ],
  [
    'a verb that is not there, behind variables',
    'commands are verbs and scripts that exist',
    'Run `PORT=1 handback fly`.',
    'no verb fly',
  ],
  [
    'a link to a page that is not there',
    'links lead somewhere',
    'See [this](docs/lost.md).',
    'README.md:1: docs/lost.md',
  ],
  ['a link to a heading that is not there', 'links lead somewhere', '# One\n[two](#two)', 'no such heading'],
  [
    'a reference to a page that is not there',
    'links lead somewhere',
    '[this]: docs/lost.md',
    'README.md:1: docs/lost.md',
  ],
];

describe('a broken page', () => {
  it.each(BROKEN)('is noticed: %s', (_what, rule, readme, problem) => {
    const problems = RULES[rule](files(readme));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });
});

describe('a page in order', () => {
  const page = [
    '# What it *is*, and `why`',
    fence('ts file=examples/docs/a.ts region=made', 'if (ready) {', '  return 1;', '}'),
    fence(
      'ts file=examples/docs/a.ts',
      "import { defineAgent } from 'handback';",
      'export function make() {',
      '  if (ready) {',
      '    return 1;',
      '  }',
      '}',
    ),
    fence(
      'sh',
      'npm install && npm start',
      'npm run demo',
      'handback show c-1',
      'handback --help',
      'cat .handback/dev.json',
    ),
    fence('json', '{"not": "checked [here](nowhere.md)"}'),
    'See [why](#what-it-is-and-why), [the other](docs/other.md#two-words), [the folder](docs/), [out](https://example.com/a).',
    'The prose may say that handback replays things, and `[x](y)` is code.',
  ].join('\n');

  it.each(Object.entries(RULES))('is not blamed: %s', (_name, rule) => {
    expect(rule(files(page, { 'docs/other.md': '## Two words' }))).toEqual([]);
  });
});
