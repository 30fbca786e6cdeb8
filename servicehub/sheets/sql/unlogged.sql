-- Findings are judged again from the stored file whenever they are needed: not worth writing to the log twice.
ALTER TABLE servicehub_sheetfinding SET UNLOGGED;
