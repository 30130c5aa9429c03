-- Up Migration

-- One effect is one key, and a key may be derived from what is to be done: then several calls have the same effect, and
-- the row belongs to the call that made it or last tried to.
ALTER TABLE effects DROP CONSTRAINT effects_pkey;
ALTER TABLE effects DROP CONSTRAINT effects_idempotency_key_key;
ALTER TABLE effects ADD PRIMARY KEY (idempotency_key);
CREATE INDEX effects_call ON effects (tenant, conversation, turn, step, call);

-- What a person found out about an effect that was unknown: {"actor", "reason"}.
ALTER TABLE effects ADD COLUMN resolution json;
-- The few that wait for somebody.
CREATE INDEX effects_open ON effects (tenant, state, started_at) WHERE state IN ('started', 'unknown');

-- Down Migration

DROP INDEX effects_open;
ALTER TABLE effects DROP COLUMN resolution;
DROP INDEX effects_call;
ALTER TABLE effects DROP CONSTRAINT effects_pkey;
ALTER TABLE effects ADD PRIMARY KEY (tenant, conversation, turn, step, call);
ALTER TABLE effects ADD CONSTRAINT effects_idempotency_key_key UNIQUE (idempotency_key);
