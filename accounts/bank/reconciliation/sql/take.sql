-- What a pass made becomes matches, and leaves the rest.
INSERT INTO accounts_bankmatch
    (special_account_id, rung, together, notice_id, entry_id, matched_on, matched_by, reason, undone_by)
SELECT account, rung, together, line, entry, %(day)s, '', '', '' FROM made
-- step
DELETE FROM rest_line l USING made m WHERE m.line = l.id
-- step
DELETE FROM rest_entry e USING made m WHERE m.entry = e.id
-- step
TRUNCATE made
