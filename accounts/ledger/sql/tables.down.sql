ALTER TABLE accounts_line RESET (autovacuum_analyze_scale_factor);
ALTER TABLE accounts_posting RESET (autovacuum_analyze_scale_factor);
DROP INDEX posting_day;
ALTER TABLE accounts_posting DROP CONSTRAINT accounts_posting_pkey, ADD PRIMARY KEY (id);
ALTER TABLE accounts_unitbalance RESET (fillfactor);
ALTER TABLE accounts_subaccount RESET (fillfactor, autovacuum_vacuum_scale_factor);
