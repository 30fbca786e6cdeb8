CREATE SEQUENCE deposits_remittance_number START 1001;
-- Rebuilt from the stored file when it is needed: not worth writing to the log twice.
ALTER TABLE deposits_stagedchange SET UNLOGGED;
