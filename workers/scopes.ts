/** The scopes of a worker's agents, ready before the first customer waits, and the sentence encoder they need. */
import type { Agent } from '../agents/define.ts';
import type { Embedder } from '../guardrails/embedding/embedder.ts';
import { prepareScope } from '../guardrails/input/scope/screen.ts';

/** As `handback models fetch --json` prints them. */
export interface EncoderFiles {
  readonly model: string;
  readonly tokenizer: string;
}

export interface LazyEmbedder {
  /** The same one for everybody; what failed is tried again by the next. @throws where the files are missing */
  open(): Promise<Embedder>;
  /** Nothing to do where nobody opened it. */
  close(): Promise<void>;
}

/** Opened by the first who needs it: most workers have no agent that does, and then the inference engine is not loaded. */
export function lazyEmbedder(files: () => Promise<EncoderFiles>): LazyEmbedder {
  let opened: Promise<Embedder> | undefined;

  async function load(): Promise<Embedder> {
    const found = await files();
    const { openEmbedder } = await import('../guardrails/embedding/embedder.ts');
    return openEmbedder(found);
  }

  return {
    open() {
      if (opened !== undefined) return opened;
      const opening = load();
      opened = opening;
      opening.catch(() => {
        opened = undefined;
      });
      return opening;
    },
    async close() {
      const embedder = await opened?.catch(() => undefined);
      opened = undefined;
      await embedder?.close();
    },
  };
}

/** @throws Error naming the agents and what helps, where there is no encoder for them */
export async function prepareScopes(
  agents: readonly Agent[],
  open: (() => Promise<Embedder>) | undefined,
): Promise<void> {
  const scopes = agents.flatMap(({ id, manifest: { guardrails } }) =>
    guardrails?.scope === undefined ? [] : [{ id, scope: guardrails.scope }],
  );
  if (scopes.length === 0) return;
  const names = scopes.map(({ id }) => `"${id}"`).join(', ');
  const embedder = await opened(open).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`guardrails.scope of ${names} needs the sentence encoder: run \`handback models fetch\`.\n${why}`, {
      cause,
    });
  });
  for (const { scope } of scopes) await prepareScope(scope, embedder);
}

async function opened(open: (() => Promise<Embedder>) | undefined): Promise<Embedder> {
  if (open === undefined) throw new Error('In code: give createWorker `embedder: lazyEmbedder(files).open`.');
  return open();
}
