-- Everybody depositing here this month whom a whole roster does not name would be sealed, with the reason "other". Kept
-- under line 0, so that who is sealed is who was shown when the list was approved.
INSERT INTO deposits_stagedchange (upload_id, line, action, fund_account_id, id_no_index)
SELECT %(upload)s, 0, 'seal', spell.fund_account_id, person.id_index
FROM accounts_membership AS spell
JOIN accounts_fundaccount AS account ON account.id = spell.fund_account_id
JOIN accounts_person AS person ON person.id = account.person_id
WHERE spell.employer_account_id = %(account)s AND spell.to_month = 999912 AND NOT spell.sealed
    AND NOT EXISTS (SELECT FROM sheet_rows AS s WHERE s.id_no_index = person.id_index)
    -- A row whose number cannot be read is still somebody: it counts as present under its name. Asked apart, because
    -- two conditions joined by OR cannot be hashed, and the file would be read once for every person.
    AND NOT EXISTS (SELECT FROM sheet_rows AS s WHERE s.id_no_index IS NULL AND s.name_index = person.name_index)
ORDER BY spell.fund_account_id
