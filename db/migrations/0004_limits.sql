-- Up Migration

-- Input and output tokens of a model call together; the provider's own figures are in `usage`.
ALTER TABLE transcript ADD COLUMN tokens integer;

-- What the finished turns of a conversation took. The turn under way is counted from the transcript.
CREATE TABLE conversation_spending (
  tenant text NOT NULL,
  conversation text NOT NULL,
  steps bigint NOT NULL,
  tool_calls bigint NOT NULL,
  tokens bigint NOT NULL,
  usd double precision NOT NULL,
  -- of model and tool calls, each counted by itself
  ms bigint NOT NULL,
  PRIMARY KEY (tenant, conversation)
) WITH (fillfactor = 70);

-- The same by tenant and day (UTC), in sixteen parts so that conversations do not wait for one row.
CREATE TABLE tenant_spending (
  tenant text NOT NULL,
  day date NOT NULL,
  part smallint NOT NULL,
  steps bigint NOT NULL,
  tool_calls bigint NOT NULL,
  tokens bigint NOT NULL,
  usd double precision NOT NULL,
  ms bigint NOT NULL,
  PRIMARY KEY (tenant, day, part)
) WITH (fillfactor = 70);

-- Limits that a person has raised: {"usd": 5}. `subject` is the conversation, or the day.
CREATE TABLE raised_limits (
  tenant text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('turn', 'conversation', 'tenantDay')),
  subject text NOT NULL,
  limits jsonb NOT NULL,
  raised_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, scope, subject)
);

-- Conversations that need a person.
CREATE TABLE escalations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text NOT NULL,
  conversation text NOT NULL,
  -- the turn that ended with it
  turn integer NOT NULL,
  reason text NOT NULL,
  failure json,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved')),
  opened_at timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  -- {"actor", "note"}
  resolution json
);
-- Ten turns that fail for one reason are one thing to look at.
CREATE UNIQUE INDEX escalations_open ON escalations (tenant, conversation, reason) WHERE status = 'open';
CREATE INDEX escalations_newest ON escalations (tenant, status, opened_at, id);
ALTER TABLE turns ADD COLUMN escalation uuid REFERENCES escalations (id);

-- Down Migration

ALTER TABLE turns DROP COLUMN escalation;
DROP TABLE escalations, raised_limits, tenant_spending, conversation_spending;
ALTER TABLE transcript DROP COLUMN tokens;
