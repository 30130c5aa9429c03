-- Up Migration

-- What guardrails found about this text, as [core/verdict.ts, "Verdict"].
ALTER TABLE transcript ADD COLUMN verdicts json;
-- What prompts carry in place of the text.
ALTER TABLE transcript ADD COLUMN shown text;

-- What the failed attempts of a model call took; counted with the turn's end.
ALTER TABLE calls ADD COLUMN tokens integer NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN usd double precision NOT NULL DEFAULT 0;

-- Down Migration

ALTER TABLE calls DROP COLUMN usd;
ALTER TABLE calls DROP COLUMN tokens;
ALTER TABLE transcript DROP COLUMN shown;
ALTER TABLE transcript DROP COLUMN verdicts;
