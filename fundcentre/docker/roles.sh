#!/bin/sh
# Run by the database's container when it makes its data directory: the role the product connects as.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$FUND_APP_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE fund_app LOGIN PASSWORD :'password';
SQL
