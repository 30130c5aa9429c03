-- Up Migration

-- One row a conversation that changed something: the lock its changing calls queue on.
create table airline_worlds (
  tenant text not null,
  conversation text not null,
  changed_at timestamptz not null default now(),
  primary key (tenant, conversation)
);

-- Records as the conversation left them. `json`, not `jsonb`: the order of keys is kept.
create table airline_records (
  tenant text not null,
  conversation text not null,
  kind text not null check (kind in ('user', 'reservation')),
  id text not null,
  record json not null,
  primary key (tenant, conversation, kind, id)
);

-- Calls that changed something, or were refused, by the key chosen before they ran.
create table airline_effects (
  tenant text not null,
  conversation text not null,
  idempotency_key text not null,
  tool text not null,
  result json not null,
  at timestamptz not null default now(),
  primary key (tenant, conversation, idempotency_key)
);

-- Down Migration

drop table airline_effects;
drop table airline_records;
drop table airline_worlds;
