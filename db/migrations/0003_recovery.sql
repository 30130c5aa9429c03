-- Up Migration

-- The breakers of tools and models, for all conversations and workers. A service that never failed has no row.
CREATE TABLE breakers (
  -- tool:<agent>/<name> or model:<name>
  service text PRIMARY KEY,
  -- core/breaker.ts, "Breaker"
  breaker json NOT NULL,
  -- raised by every change; whoever changes it names the version that was read
  version integer NOT NULL DEFAULT 1,
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- The last answers of tools that fall back on them.
CREATE TABLE tool_answers (
  tenant text NOT NULL,
  agent text NOT NULL,
  tool text NOT NULL,
  -- whom it was for: one customer's answer is never another's
  customer text NOT NULL,
  -- of the arguments
  digest text NOT NULL,
  text text NOT NULL,
  confidence real NOT NULL,
  answered_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, agent, tool, customer, digest)
);

-- Fallbacks of a call are attempted anew, each with a count and a lease of its own.
ALTER TABLE calls ADD COLUMN rung integer NOT NULL DEFAULT 0;
ALTER TABLE calls DROP CONSTRAINT calls_pkey;
ALTER TABLE calls ADD PRIMARY KEY (tenant, conversation, turn, step, call, rung);

-- When the data of a tool result is of, where that is not when the tool was called.
ALTER TABLE transcript ADD COLUMN as_of timestamptz;

-- Down Migration

ALTER TABLE transcript DROP COLUMN as_of;
DELETE FROM calls WHERE rung > 0;
ALTER TABLE calls DROP CONSTRAINT calls_pkey;
ALTER TABLE calls ADD PRIMARY KEY (tenant, conversation, turn, step, call);
ALTER TABLE calls DROP COLUMN rung;
DROP TABLE tool_answers;
DROP TABLE breakers;
