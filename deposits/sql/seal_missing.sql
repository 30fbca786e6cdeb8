-- In the mode "whole roster" everybody the file does not name is sealed, with the reason "other".
-- NOT IN as in missing_from_file.sql.
INSERT INTO deposits_changeline (
    change_list_id, action, fund_account_id, person_index, wage, base_before, base_after, amount_before, amount_after,
    employer_before, employer_amount, reason, upload_id, line, case_no, made_by_id, made_at, is_live, applied)
SELECT %(change_list)s, 'seal', account.id, person.id_index, NULL, account.base, NULL,
    account.employer_amount + account.employee_amount, 0, account.employer_amount, 0, '99',
    %(upload)s, NULL, '', %(operator)s, %(at)s, true, false
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
ORDER BY account.id
