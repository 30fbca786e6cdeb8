-- Accounts whose state, employer in the ledger or base is not what their spells and records say: (account, what).
SELECT a.id,
    CASE
        WHEN a.closed_on IS NULL AND spell.id IS NULL THEN 'roster'
        WHEN a.closed_on IS NOT NULL AND spell.id IS NOT NULL THEN 'roster'
        WHEN a.closed_on IS NULL AND a.status <> CASE WHEN spell.sealed THEN '02' ELSE '01' END THEN 'status'
        WHEN a.closed_on IS NULL AND unit.employer_ref IS DISTINCT FROM spell.employer_account_id THEN 'employer'
        ELSE 'base'
    END
FROM accounts_fundaccount AS a
LEFT JOIN accounts_membership AS spell
    ON spell.fund_account_id = a.id AND spell.to_month = 999912 AND spell.to_month > spell.from_month
LEFT JOIN accounts_subaccount AS unit ON unit.id = a.subaccount_id
LEFT JOIN (
    SELECT DISTINCT ON (fund_account_id) fund_account_id, wage, base, employer_amount, employee_amount, from_month
    FROM accounts_baserecord
    WHERE NOT undone
    ORDER BY fund_account_id, from_month DESC, change_id DESC
) AS record ON record.fund_account_id = a.id
WHERE (a.closed_on IS NULL) <> (spell.id IS NOT NULL)
    OR (a.closed_on IS NULL AND (
        a.status <> CASE WHEN spell.sealed THEN '02' ELSE '01' END
        OR unit.employer_ref IS DISTINCT FROM spell.employer_account_id
        OR (a.wage, a.base, a.employer_amount, a.employee_amount, a.base_from)
            IS DISTINCT FROM
            (record.wage, record.base, record.employer_amount, record.employee_amount, record.from_month)
    ))
ORDER BY a.id
LIMIT %s
