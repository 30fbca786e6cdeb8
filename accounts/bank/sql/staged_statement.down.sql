ALTER TABLE accounts_stagedstatementline SET LOGGED;
