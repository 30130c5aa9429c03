#!/bin/sh
# Makes Temporal's two databases, or brings them to this version's schema. Running it again changes nothing.
# Expects SQL_PASSWORD in the environment.
set -eu

for database in temporal visibility; do
  name=temporal
  [ "$database" = visibility ] && name=temporal_visibility
  tool() {
    temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user handback --database "$name" "$@"
  }
  tool create
  tool setup-schema --version 0.0
  tool update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$database/versioned"
done
