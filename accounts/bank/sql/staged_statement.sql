-- Staged rows are derived from the kept file: nothing of them need survive a crash.
ALTER TABLE accounts_stagedstatementline SET UNLOGGED;
