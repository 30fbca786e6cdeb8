-- Everybody depositing here this month whom a whole roster does not name: they would be sealed.
SELECT spell.fund_account_id, person.id AS person_id
FROM accounts_membership AS spell
JOIN accounts_fundaccount AS account ON account.id = spell.fund_account_id
JOIN accounts_person AS person ON person.id = account.person_id
WHERE spell.employer_account_id = %(account)s AND spell.to_month = 999912 AND NOT spell.sealed
    AND NOT EXISTS (
        SELECT FROM deposits_stagedchange AS s
        WHERE s.upload_id = %(upload)s
            -- A row whose number cannot be read is still somebody: it counts as present under its name.
            AND (s.id_no_index = person.id_index OR (s.id_no_index IS NULL AND s.name_index = person.name_index))
    )
ORDER BY spell.fund_account_id
