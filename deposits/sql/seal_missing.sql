-- In the mode "whole roster" everybody the file does not name is sealed, with the reason "other".
-- Whoever left in the meantime is nobody's to seal.
INSERT INTO deposits_changeline (
    change_list_id, action, fund_account_id, person_index, wage, base_before, base_after, amount_before, amount_after,
    employer_before, employer_amount, reason, upload_id, line, case_no, made_by_id, made_at, is_live, applied)
SELECT %(change_list)s, 'seal', account.id, person.id_index, NULL, account.base, NULL,
    account.employer_amount + account.employee_amount, 0, account.employer_amount, 0, '99',
    %(upload)s, NULL, '', %(operator)s, %(at)s, true, false
FROM deposits_stagedchange AS s
JOIN accounts_fundaccount AS account ON account.id = s.fund_account_id
JOIN accounts_person AS person ON person.id = account.person_id
JOIN accounts_membership AS spell
    ON spell.fund_account_id = account.id AND spell.to_month = 999912 AND spell.to_month > spell.from_month
WHERE s.upload_id = %(upload)s AND s.line = 0
    AND spell.employer_account_id = %(account)s AND NOT spell.sealed
ORDER BY account.id
