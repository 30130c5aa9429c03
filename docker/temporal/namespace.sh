#!/bin/sh
# Makes the namespace once Temporal answers. Closed conversations stay in Temporal for 30 days; Postgres keeps them longer.
# Expects TEMPORAL_ADDRESS in the environment.
set -eu

until temporal operator cluster health; do
  sleep 1
done
temporal operator namespace describe --namespace default ||
  temporal operator namespace create --namespace default --retention 720h
