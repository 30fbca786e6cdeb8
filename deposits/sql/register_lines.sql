-- The register (汇缴清册) of confirmed months: everybody depositing, as they are at this moment, in person order.
INSERT INTO deposits_remittanceline (remittance_id, fund_account_id, base, employer_amount, employee_amount)
SELECT wanted.remittance_id, spell.fund_account_id, account.base, account.employer_amount, account.employee_amount
FROM unnest(%(remittances)s::bigint[], %(accounts)s::bigint[], %(months)s::integer[])
    AS wanted (remittance_id, account_id, month)
JOIN accounts_membership AS spell
    ON spell.employer_account_id = wanted.account_id
    AND spell.to_month > wanted.month AND spell.from_month <= wanted.month AND NOT spell.sealed
JOIN accounts_fundaccount AS account ON account.id = spell.fund_account_id
ORDER BY wanted.remittance_id, spell.fund_account_id
