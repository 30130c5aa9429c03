/** The cascade's last stage: whether a customer's message is about what the agent is there for. */
import { createHash } from 'node:crypto';
import type { ScopeSettings } from '../../../core/manifest.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { languageOf } from '../../language.ts';
import { readBackground } from './background.ts';
import { declineOf } from './decline.ts';
import { isDialogueAct, isFollowUp } from './dialogue-acts.ts';
import { type Scope, scopeOf } from './scope.ts';

export interface ScopeScreening {
  readonly verdict: 'pass' | 'block';
  /** From 0 to 1, higher is farther from the scope. */
  readonly score: number;
  /** `dialogue`: settled without looking at what it is about. */
  readonly stage: 'dialogue' | 'scope';
  /** In plain words, without quoting the text. */
  readonly reason: string;
  /** What the customer hears; only where it is blocked. */
  readonly decline?: string;
}

export interface ScopeDeps {
  readonly embedder: Embedder;
  /** The agent has answered before in this conversation: then a few words are a follow-up. */
  readonly inConversation: boolean;
  /** What the customer said before, the newest first: a few words do not tell the language they are declined in. */
  readonly earlier?: readonly string[];
}

/** @throws where the encoder fails; on the first call of a worker also where the background is missing */
export async function screenScope(text: string, settings: ScopeSettings, deps: ScopeDeps): Promise<ScopeScreening> {
  if (isDialogueAct(text) || isFollowUp(text, deps.inConversation)) {
    return { verdict: 'pass', score: 0, stage: 'dialogue', reason: 'part of any conversation' };
  }
  const scope = await prepareScope(settings, deps.embedder);
  const [vector] = await deps.embedder.embed([text]);
  if (vector === undefined) throw new Error('the encoder gave no vector');
  const score = scope.scoreOf(vector);
  if (score < (settings.threshold ?? scope.threshold)) {
    return { verdict: 'pass', score, stage: 'scope', reason: 'about what the agent is there for' };
  }
  const decline =
    settings.decline ?? declineOf(languageOfNewest([text, ...(deps.earlier ?? [])]), settings.description);
  return {
    verdict: 'block',
    score,
    stage: 'scope',
    reason: 'about something else than the agent is there for',
    decline,
  };
}

function languageOfNewest(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const language = languageOf(text);
    if (language !== undefined) return language;
  }
  return undefined;
}

/** Scopes by the hash of what they are made of: a revision's conversations share one. */
const prepared = new WeakMap<Embedder, Map<string, Promise<Scope>>>();
/** A worker serves a few agents in a few revisions; the oldest goes first. */
const MOST_KEPT = 64;

/** Encodes the examples, once for an encoder: worth calling at start-up, before the first customer waits for it. */
export function prepareScope(settings: ScopeSettings, embedder: Embedder): Promise<Scope> {
  const kept = prepared.get(embedder) ?? new Map<string, Promise<Scope>>();
  prepared.set(embedder, kept);
  const { examples, description } = settings;
  const key = createHash('sha256')
    .update(JSON.stringify([examples, description]))
    .digest('hex');
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = makeScope(settings, embedder);
  kept.set(key, made);
  // What failed is tried again by the next message.
  made.catch(() => kept.delete(key));
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
  return made;
}

async function makeScope({ examples, description }: ScopeSettings, embedder: Embedder): Promise<Scope> {
  const described = (description ?? '')
    .split(/[.;,\n]/u)
    .flatMap((text) => (text.trim() ? [{ text: text.trim() }] : []));
  // A description says less than a customer's sentence, so it only counts where there is nothing else.
  const texts: ScopeSettings['examples'] = examples.length > 0 ? examples : described;
  const vectors = await embedder.embed(texts.map(({ text }) => text));
  const labelled = vectors.map((vector, at) => ({ vector, label: texts[at]?.label ?? `example ${at}` }));
  return scopeOf(labelled, readBackground());
}
