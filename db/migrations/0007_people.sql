-- Up Migration

-- What arrives in a conversation's order: what the customer writes, what an operator writes to them, a hand-back that has to be
-- answered, a decision about a call that waited. Each is taken by a turn of its own.
ALTER TABLE inbound ADD COLUMN kind text NOT NULL DEFAULT 'message'
  CHECK (kind IN ('message', 'operator', 'hand_back', 'decision'));
-- Who sent it, where that is not the customer: `key:<id>`.
ALTER TABLE inbound ADD COLUMN actor text;
-- The escalation or the held call it is about.
ALTER TABLE inbound ADD COLUMN subject uuid;

ALTER TABLE transcript DROP CONSTRAINT transcript_role_check;
ALTER TABLE transcript ADD CONSTRAINT transcript_role_check CHECK (role IN ('customer', 'agent', 'tool', 'operator'));

-- While an escalation is open, a person owns the conversation: whoever claimed it, until then.
ALTER TABLE escalations ADD COLUMN claimed_by text;
ALTER TABLE escalations ADD COLUMN claimed_at timestamptz;
ALTER TABLE escalations ADD COLUMN claim_until timestamptz;
-- Who asked for a person and why, where it was not a failure.
ALTER TABLE escalations ADD COLUMN note text;
-- What the person gave back with the conversation: core/hand-back.ts, "HandBack".
ALTER TABLE escalations ADD COLUMN hand_back json;

-- Who decided about a held call, and why; what they made of its arguments.
ALTER TABLE held_calls ADD COLUMN decided_by text;
ALTER TABLE held_calls ADD COLUMN decision_reason text;
-- As the model asked for it, where an operator changed it.
ALTER TABLE held_calls ADD COLUMN asked_arguments text;

-- Down Migration

ALTER TABLE held_calls DROP COLUMN asked_arguments, DROP COLUMN decision_reason, DROP COLUMN decided_by;
ALTER TABLE escalations DROP COLUMN hand_back, DROP COLUMN note, DROP COLUMN claim_until, DROP COLUMN claimed_at, DROP COLUMN claimed_by;
DELETE FROM transcript WHERE role = 'operator';
ALTER TABLE transcript DROP CONSTRAINT transcript_role_check;
ALTER TABLE transcript ADD CONSTRAINT transcript_role_check CHECK (role IN ('customer', 'agent', 'tool'));
DELETE FROM inbound WHERE kind <> 'message';
ALTER TABLE inbound DROP COLUMN subject, DROP COLUMN actor, DROP COLUMN kind;
