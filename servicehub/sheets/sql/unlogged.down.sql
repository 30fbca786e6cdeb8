ALTER TABLE servicehub_sheetfinding SET LOGGED;
