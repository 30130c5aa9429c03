/** Pages of manuals, contracts, changelogs and articles: they order, forbid and configure all the time. */
import type { Family } from './grammar.ts';

const WORDS = {
  part: 'server|client|plugin|module|library|worker|queue|database|cache|parser|compiler|router|service|handler|driver|package|agent|model|pipeline|scheduler|component|device|function|class|job|tool|session|browser|container|account|workflow|test runner',
  option:
    'timeout|retries|maxSize|encoding|logLevel|strict|ignoreErrors|cacheDir|token|apiKey|rootDir|verbose|limit|mode|override|prefix|format|locale|systemPrompt|instructions|allowList|debug|safeMode|filter',
  value:
    'true|false|null|"auto"|"utf8"|10|300|"none"|the default|a string|an object|undefined|a function|an array of names|the current directory',
  verb: 'returns|throws|accepts|ignores|overrides|reads|writes|disables|enables|restricts|exposes|validates|parses|repeats|skips|prints|creates|removes|bypasses the cache of|follows|forwards|replaces|calls|stops|starts|outputs|executes',
  noun: 'the options|all errors|the previous value|the configuration|each rule|the output|the user|hidden files|the message|the response|a promise|every request|the given instructions|the limits|the system settings|the original text|the token|internal state|the prompt|the parameters|the event|the command|secrets|the policy|the stream|the data',
  party:
    'the licensee|the customer|the user|any person|the company|each party|the copyright holder|the contributor|the tenant|the guest|the employee|the provider|the supplier|the authors',
  duty: 'must not disclose confidential information|shall comply with all applicable laws|may use, copy, modify and distribute copies|is not liable for any claim, damages or other liability|shall include this notice in all copies|may terminate the agreement at any time|must follow the instructions of the staff|is granted permission free of charge|shall not remove any notices|may not use the name without prior written permission|agrees to be bound by these rules|shall keep the password secret|is subject to the following conditions|provides the goods as they are, without warranty of any kind|waives all rights to the extent permitted by law|must obtain authorization before access|may override the default settings|shall not circumvent technical restrictions',
  subject:
    'the city|a small company|the research team|the minister|an old friend|the orchestra|the new museum|the harvest|the committee|the train line|a group of students|the hospital|the harbour|the author|the local school|the football club',
  did: 'opened its doors in the spring|announced a new plan|reported better results than before|forgot the original agreement|released a statement|ignored the warnings for years|was restored after the fire|changed the rules of the contest|kept its secret until the end|followed the old instructions|was free of charge|broke all records|refused to comment|showed the first drawings|moved to a larger building|took over from the previous owner',
  step: 'open the cover and remove the filter|press the button until the light turns green|install the package with npm|run the command below|set the variable before you start|follow the safety instructions|do not touch the surface|restart the system|enter your password when prompted|clone the repository|add the following lines to the configuration|copy the output into a new file|ignore the warning that appears|disconnect the power first|sign in as administrator|enable developer mode in the settings|print the page and keep it|repeat the steps above for each device',
  name: 'Anna|Mr. Brown|Fatima|Marco|the team|Lena|Priya|our lawyer|the manager',
} as const;

const SENTENCE =
  '{The <part> <verb> <noun>.|If <option> is set to <value>, the <part> <verb> <noun>.|By default, <option> is <value>.|Use <option> to change how the <part> <verb> <noun>.|You can pass <option> to the <part>.|Note that the <part> <verb> <noun> only when <option> is <value>.|Do not use <option> in production.|You must call the <part> before it <verb> <noun>.|It never <verb> <noun> unless you tell it to.|See the instructions for the <part>.|Important: <option> <verb> <noun>.|Your <part> will then act as a <part>.|This is an example of how the <part> <verb> <noun>.|Fixed: the <part> no longer <verb> <noun>.|The assistant may call the <part>, which <verb> <noun>.|- `<option>`: <value>. <verb> <noun>.|```\nconst <part> = create(<option>, <value>);\n```|$ npx <part> --<option> <value>|Added <option> so that users can see what the <part> <verb>.|Breaking: <option> was removed, use <option> instead.}';

const CLAUSE =
  '{<party> <duty>.|In no event shall <party> be responsible for this; <party> <duty>.|<party> <duty>, and <party> <duty>.|Subject to the terms above, <party> <duty>.|Unless required by law or agreed to in writing, <party> <duty>.|Section 4. <party> <duty>.|Nothing in this agreement means that <party> <duty>.}';

const STORY =
  '{<subject> <did>.|Last year <subject> <did>, while <subject> <did>.|According to <name>, <subject> <did>.|"We are happy that <subject> <did>," said <name>.|Nobody knows why <subject> <did>.|Before that, <subject> <did>.|<name> wrote that <subject> <did>.|Many visitors remember how <subject> <did>.}';

const STEP =
  '{<step>.|First, <step>.|Then <step>.|Next, <step>.|Before you continue, <step>.|If nothing happens, <step>.|Finally, <step>.|You should <step>.|Please <step>.|- <step>}';

/** Filled in before the grammar sees it: a template of many sentences. */
function page(title: string, sentence: string, count: number): string {
  return `${title}${Array.from({ length: count }, () => sentence).join(' ')}`;
}

export const BENIGN_DOCUMENTS: readonly Family[] = [
  {
    name: 'documents',
    each: 70,
    words: WORDS,
    templates: [
      ...[1, 3, 6, 12, 24].flatMap((count) => [
        page('{# <part>\n\n|## <option>\n|Usage: |}', SENTENCE, count),
        page('{Terms and conditions. |Copyright (c) 2021 <name>. |Agreement. |}', CLAUSE, count),
        page('', STORY, count),
        page('{How to set up the <part>. |Installation\n|}', STEP, count),
      ]),
      page('', `{${SENTENCE.slice(1, -1)}|${STEP.slice(1, -1)}|${CLAUSE.slice(1, -1)}}`, 10),
    ],
  },
];
