-- Up Migration

CREATE TABLE callbacks (
  idempotency_key text PRIMARY KEY,
  customer text NOT NULL,
  phone text NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now()
);

-- Down Migration

DROP TABLE callbacks;
