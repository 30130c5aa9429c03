/** A source file as tokens: what stands in comments and strings is not mistaken for code. */
import { SyntaxKind } from 'typescript/unstable/ast';
import { createScanner } from 'typescript/unstable/ast/scanner';

export type TokenKind = 'word' | 'string' | 'template' | 'punctuation' | 'other';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a string or a piece of a template, what is between its quotes. */
  readonly text: string;
  readonly line: number;
}

const SKIP_COMMENTS = true;

/** After these a slash divides; after anything else it begins a regular expression. */
const ENDS_AN_EXPRESSION = /^(?:[\w$]+|\)|\]|\})$/;
const BUT_NOT = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'await', 'yield', 'else']);

/** Every rule asks for the tokens of every file. */
const read = new Map<string, readonly Token[]>();

export function tokensOf(source: string): readonly Token[] {
  const tokens = read.get(source) ?? scan(source);
  read.set(source, tokens);
  return tokens;
}

function scan(source: string): readonly Token[] {
  const scanner = createScanner(SKIP_COMMENTS);
  scanner.setText(source);
  const tokens: Token[] = [];
  /** One entry for every open brace: whether it is a template's `${`. */
  const braces: boolean[] = [];
  let line = 1;
  let counted = 0;
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    if (kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken) {
      if (beginsExpression(tokens.at(-1))) kind = scanner.reScanSlashToken();
    } else if (kind === SyntaxKind.OpenBraceToken) braces.push(false);
    else if (kind === SyntaxKind.CloseBraceToken && braces.pop() === true) kind = scanner.reScanTemplateToken(false);
    if (kind === SyntaxKind.TemplateHead || kind === SyntaxKind.TemplateMiddle) braces.push(true);

    const start = scanner.getTokenStart();
    for (; counted < start; counted++) if (source.charCodeAt(counted) === 10) line++;
    tokens.push({ ...meaning(kind, scanner.getTokenText()), line });
  }
  return tokens;
}

function beginsExpression(previous: Token | undefined): boolean {
  if (previous === undefined) return true;
  if (previous.kind === 'string' || previous.kind === 'template') return false;
  return !ENDS_AN_EXPRESSION.test(previous.text) || BUT_NOT.has(previous.text);
}

function meaning(kind: SyntaxKind, text: string): Pick<Token, 'kind' | 'text'> {
  switch (kind) {
    case SyntaxKind.StringLiteral:
      return { kind: 'string', text: text.slice(1, -1) };
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.TemplateTail:
      return { kind: 'template', text: text.slice(1, -1) };
    case SyntaxKind.TemplateHead:
    case SyntaxKind.TemplateMiddle:
      return { kind: 'template', text: text.slice(1, -2) };
    case SyntaxKind.RegularExpressionLiteral:
    case SyntaxKind.NumericLiteral:
    case SyntaxKind.BigIntLiteral:
      return { kind: 'other', text };
    default:
      return { kind: /^[\w$#]/.test(text) ? 'word' : 'punctuation', text };
  }
}
