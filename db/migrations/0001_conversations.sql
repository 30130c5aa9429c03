-- Up Migration

-- Who may use the platform. A key belongs to one tenant; only its hash is kept.
CREATE TABLE tenants (
  id text PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  id text PRIMARY KEY,
  tenant text NOT NULL REFERENCES tenants (id),
  name text NOT NULL,
  roles text[] NOT NULL,
  hash bytea NOT NULL UNIQUE,
  requests_per_minute integer NOT NULL DEFAULT 6000,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);

-- Every revision of every agent that ever ran, and which one new conversations get.
CREATE TABLE manifests (
  agent text NOT NULL,
  revision text NOT NULL,
  manifest json NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (agent, revision)
);

CREATE TABLE agents (
  id text PRIMARY KEY,
  revision text NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (id, revision) REFERENCES manifests (agent, revision)
);

CREATE TABLE conversations (
  tenant text NOT NULL,
  id text NOT NULL,
  agent text NOT NULL,
  customer json NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
  -- the revision the current run pinned; NULL until its first activity
  revision text,
  -- the number of the last accepted message
  inbox_seq integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz,
  close_reason text,
  PRIMARY KEY (tenant, id)
);

CREATE INDEX conversations_newest ON conversations (tenant, created_at DESC, id DESC);

-- The inbox. A row is the durable acknowledgement of a customer message.
CREATE TABLE inbound (
  tenant text NOT NULL,
  conversation text NOT NULL,
  message_id text NOT NULL,
  seq integer NOT NULL,
  text text NOT NULL,
  via text NOT NULL CHECK (via IN ('api', 'signal')),
  received_at timestamptz NOT NULL DEFAULT now(),
  -- the turn that took it; NULL while it waits
  turn integer,
  answered_at timestamptz,
  -- when the sweeper looks after it
  next_nudge_at timestamptz NOT NULL DEFAULT now() + interval '5 seconds',
  nudges integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, conversation, message_id)
);
CREATE INDEX inbound_waiting ON inbound (tenant, conversation, seq) WHERE turn IS NULL;
CREATE UNIQUE INDEX inbound_turn ON inbound (tenant, conversation, turn) WHERE turn IS NOT NULL;
CREATE INDEX inbound_unanswered ON inbound (next_nudge_at) WHERE answered_at IS NULL;

-- The transcript, append-only, and at once the journal: a call whose row exists is never made again.
-- step 0 is the customer's message; (step, 0) a model call; (step, n) the result of its n-th tool call.
CREATE TABLE transcript (
  tenant text NOT NULL,
  conversation text NOT NULL,
  turn integer NOT NULL,
  -- what position has room for; step 999 is the place of the turn's end
  step integer NOT NULL CHECK (step BETWEEN 0 AND 998),
  call integer NOT NULL CHECK (call BETWEEN 0 AND 999),
  position bigint NOT NULL GENERATED ALWAYS AS (turn::bigint * 1000000 + step * 1000 + call) STORED,
  role text NOT NULL CHECK (role IN ('customer', 'agent', 'tool')),
  text text NOT NULL,
  tool_calls json,
  tool text,
  tool_call_id text,
  outcome text,
  confidence real,
  failure json,
  -- the ledger's part of the row: what it was made with, what it cost, how long it took
  revision text,
  model text,
  finish_reason text,
  usage json,
  cost_usd double precision,
  attempts integer NOT NULL DEFAULT 1,
  ms integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, conversation, turn, step, call)
);
CREATE INDEX transcript_position ON transcript (tenant, conversation, position);

-- One row a finished turn.
CREATE TABLE turns (
  tenant text NOT NULL,
  conversation text NOT NULL,
  turn integer NOT NULL,
  seq integer NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('replied', 'asked', 'refused', 'escalated', 'failed')),
  reply text NOT NULL,
  confidence real NOT NULL,
  failure json,
  closed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, conversation, turn)
);
CREATE UNIQUE INDEX turns_seq ON turns (tenant, conversation, seq);

-- Calls that became slow or failed: who makes them now, until when that claim holds, how often they were made.
CREATE TABLE calls (
  tenant text NOT NULL,
  conversation text NOT NULL,
  turn integer NOT NULL,
  step integer NOT NULL,
  call integer NOT NULL,
  holder text NOT NULL,
  lease_until timestamptz NOT NULL,
  -- real attempts so far, the running one included
  attempts integer NOT NULL DEFAULT 0,
  last_failure json,
  -- what the service said about when to come back
  not_before timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, conversation, turn, step, call)
);

-- The effect ledger: a call that changes something has a row here before it runs.
CREATE TABLE effects (
  tenant text NOT NULL,
  conversation text NOT NULL,
  turn integer NOT NULL,
  step integer NOT NULL,
  call integer NOT NULL,
  idempotency_key text NOT NULL UNIQUE,
  tool text NOT NULL,
  state text NOT NULL CHECK (state IN ('started', 'done', 'failed', 'unknown')),
  attempts integer NOT NULL DEFAULT 1,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (tenant, conversation, turn, step, call)
);

-- A reply on its way: text that may be shown before the reply is whole. `attempt` tells a repeated call's text apart.
CREATE TABLE segments (
  tenant text NOT NULL,
  conversation text NOT NULL,
  turn integer NOT NULL,
  step integer NOT NULL,
  attempt integer NOT NULL,
  n integer NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (tenant, conversation, turn, step, attempt, n)
);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  tenant text NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  detail json
);
CREATE INDEX audit_subject ON audit (tenant, subject, id);

-- Down Migration

DROP TABLE audit, segments, effects, calls, turns, transcript, inbound, conversations, agents, manifests, api_keys, tenants;
