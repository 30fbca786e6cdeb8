-- Everybody depositing here this month whom a whole roster does not name: they would be sealed.
-- NOT IN, of values that are never null: it is hashed whatever the planner expects of an upload it has no figures of.
SELECT spell.fund_account_id, person.id AS person_id
FROM accounts_membership AS spell
JOIN accounts_fundaccount AS account ON account.id = spell.fund_account_id
JOIN accounts_person AS person ON person.id = account.person_id
WHERE spell.employer_account_id = %(account)s AND spell.to_month = 999912 AND NOT spell.sealed
    AND person.id_index NOT IN (
        SELECT s.id_no_index FROM deposits_stagedchange AS s
        WHERE s.upload_id = %(upload)s AND s.id_no_index IS NOT NULL
    )
    -- A row whose number cannot be read is still somebody: it counts as present under its name.
    AND person.name_index NOT IN (
        SELECT s.name_index FROM deposits_stagedchange AS s
        WHERE s.upload_id = %(upload)s AND s.id_no_index IS NULL AND s.name_index IS NOT NULL
    )
ORDER BY spell.fund_account_id
