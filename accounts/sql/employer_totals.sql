-- Of each employer account: heads depositing and sealed in a month, the month's amount, and what its people hold.
SELECT wanted.account,
    count(*) FILTER (WHERE spell.id IS NOT NULL AND NOT spell.sealed),
    count(*) FILTER (WHERE spell.sealed),
    coalesce(sum(a.employer_amount + a.employee_amount) FILTER (WHERE NOT spell.sealed), 0),
    coalesce((SELECT sum(u.balance) FROM accounts_unitbalance AS u
              WHERE u.employer_ref = wanted.account AND u.subject = '201'), 0)
FROM unnest(%(accounts)s::bigint[]) AS wanted (account)
LEFT JOIN accounts_membership AS spell
    ON spell.employer_account_id = wanted.account AND spell.to_month > %(month)s AND spell.from_month <= %(month)s
LEFT JOIN accounts_fundaccount AS a ON a.id = spell.fund_account_id
GROUP BY wanted.account
