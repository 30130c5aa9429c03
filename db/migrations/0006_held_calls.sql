-- Up Migration

-- Calls that a rule lets run only when somebody says yes to exactly them: the customer, or an operator.
CREATE TABLE held_calls (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text NOT NULL,
  conversation text NOT NULL,
  -- where the model asked for it
  turn integer NOT NULL,
  step integer NOT NULL,
  call integer NOT NULL,
  needs text NOT NULL CHECK (needs IN ('confirm', 'approve')),
  tool text NOT NULL,
  -- JSON text, as the model wrote it
  arguments text NOT NULL,
  -- the call in plain words
  action text NOT NULL,
  -- of the tool and its arguments, however they are spaced
  digest text NOT NULL,
  revision text NOT NULL,
  rule text NOT NULL,
  reason text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'granted', 'declined', 'lapsed')),
  held_at timestamptz NOT NULL DEFAULT now(),
  -- when the customer was asked, after which message, in which language: whatever they said before is no answer
  asked_at timestamptz,
  asked_seq integer,
  language text,
  expires_at timestamptz NOT NULL,
  settled_at timestamptz,
  -- the turn whose message settled it, and the place of the call that may run
  settled_turn integer,
  run_step integer,
  run_call integer,
  UNIQUE (tenant, conversation, turn, step, call)
);
-- The same call asked for again while it waits is one thing to decide.
CREATE UNIQUE INDEX held_calls_pending ON held_calls (tenant, conversation, needs, digest) WHERE status = 'pending';
CREATE INDEX held_calls_newest ON held_calls (tenant, needs, status, held_at, id);

-- What calls of one customer and day add up to, for rules about a day's sum. Whether a row counts is told by the call's result.
CREATE TABLE day_amounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  customer text NOT NULL,
  -- UTC
  day date NOT NULL,
  conversation text NOT NULL,
  turn integer NOT NULL,
  step integer NOT NULL,
  call integer NOT NULL,
  tool text NOT NULL,
  argument text NOT NULL,
  amount double precision NOT NULL,
  UNIQUE (tenant, conversation, turn, step, call, tool, argument)
);
CREATE INDEX day_amounts_of ON day_amounts (tenant, customer, day);

-- Down Migration

DROP TABLE day_amounts, held_calls;
