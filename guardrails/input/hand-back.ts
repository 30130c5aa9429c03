/** What a hand-back document may hold: it comes from a person, over HTTP or as a signal, and goes into prompts and Postgres. */
import { z } from 'zod';
import { STORABLE_PATTERN } from '../../core/conversation.ts';
import { type HandBack, RESOLUTIONS, RESUMES } from '../../core/hand-back.ts';

const UNSTORABLE = 'holds a NUL character or half of a surrogate pair';
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => STORABLE_PATTERN.test(value), UNSTORABLE);
const sentence = text(2_000);
const name = text(200);

/** Characters of the whole document: it stands in every prompt that follows. */
const MOST_CHARACTERS = 20_000;

export const HandBackFields = {
  resolution: z.enum(RESOLUTIONS),
  done: z.array(z.strictObject({ what: sentence, reference: name.optional() })).max(50),
  facts: z
    .array(z.strictObject({ name, value: sentence }))
    .max(50)
    .optional(),
  promises: z
    .array(z.strictObject({ what: sentence, by: z.iso.datetime({ offset: true }).or(z.iso.date()).optional() }))
    .max(50)
    .optional(),
  instructions: z
    .strictObject({ do: z.array(sentence).max(20).optional(), dont: z.array(sentence).max(20).optional() })
    .optional(),
  resume: z.enum(RESUMES),
  remember: z.array(sentence).max(50).optional(),
};

const Document = z.strictObject(HandBackFields);

/** Only what is there: absent and undefined are one thing to a writer of JSON. */
export function handBackOf(document: z.infer<typeof Document>): HandBack {
  return JSON.parse(JSON.stringify(document)) as HandBack;
}

export function fits(document: HandBack): boolean {
  return JSON.stringify(document).length <= MOST_CHARACTERS;
}

/** @returns `undefined` where it is no such document */
export function parseHandBack(document: unknown): HandBack | undefined {
  const parsed = Document.safeParse(document);
  if (!parsed.success) return undefined;
  const handBack = handBackOf(parsed.data);
  return fits(handBack) ? handBack : undefined;
}
