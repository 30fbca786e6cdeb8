ALTER TABLE deposits_stagedchange SET LOGGED;
DROP SEQUENCE deposits_remittance_number;
