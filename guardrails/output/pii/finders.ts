import { findBirthDates } from './birth-date.ts';
import { findCards } from './card.ts';
import { findDriverLicenses, findPassports } from './document-number.ts';
import { findEmails } from './email.ts';
import { fold } from './fold.ts';
import { findIbans } from './iban.ts';
import { findIps } from './ip.ts';
import { findPhones } from './phone.ts';
import { findSecrets } from './secret.ts';
import { findSsns } from './ssn.ts';
import { type Finder, type Open, PII_TYPES, type PiiType } from './types.ts';
import { findUrls } from './url.ts';

/** In the order of `PII_TYPES`: where two claim the same characters, the first has them. */
export const FINDERS: Readonly<Record<PiiType, Finder>> = {
  secret_key: findSecrets,
  iban_code: findIbans,
  credit_card: findCards,
  email_address: findEmails,
  us_ssn: findSsns,
  passport_number: findPassports,
  driver_license: findDriverLicenses,
  birth_date: findBirthDates,
  phone_number: findPhones,
  ip_address: findIps,
  url: findUrls,
};

/** A value within a piece, in offsets of the piece. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly type: PiiType;
  readonly score: number;
  readonly open?: Open;
}

/** Without a digit and without one of these, no finder finds anything. */
const WORTH_LOOKING = /[\d@]|:\/\/|www\.|KEY|[\w.~+/=-]{16}/i;

/** What one piece holds, without overlaps, in its order. `before` is what stood before the piece. */
export function findIn(
  before: string,
  piece: string,
  on: ReadonlySet<PiiType>,
  regions: readonly string[],
): readonly Found[] {
  const folded = fold(piece);
  if (!WORTH_LOOKING.test(folded.text)) return [];
  const context = fold(before).text;
  const scene = { text: context + folded.text, from: context.length, regions };
  const found: Found[] = [];
  for (const type of PII_TYPES) {
    if (!on.has(type)) continue;
    for (const { start, end, score, open } of FINDERS[type](scene)) {
      const span = {
        start: folded.offsets(Math.max(start, scene.from) - scene.from),
        end: folded.offsets(end - scene.from),
      };
      if (found.some((other) => span.start < other.end && other.start < span.end)) continue;
      found.push({ ...span, type, score, ...(open === undefined ? {} : { open }) });
    }
  }
  return found.sort((one, other) => one.start - other.start);
}
