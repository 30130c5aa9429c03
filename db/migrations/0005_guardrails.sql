-- Up Migration

-- What guardrails found about this text, as [core/verdict.ts, "Verdict"].
ALTER TABLE transcript ADD COLUMN verdicts json;
-- What prompts carry in place of the text.
ALTER TABLE transcript ADD COLUMN shown text;

-- Down Migration

ALTER TABLE transcript DROP COLUMN shown;
ALTER TABLE transcript DROP COLUMN verdicts;
