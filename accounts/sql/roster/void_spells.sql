UPDATE accounts_membership AS m
SET to_month = m.from_month
FROM roster_stage AS s
WHERE m.fund_account_id = s.fund_account_id AND m.opened_by_id = %(change)s AND m.to_month = 999912 AND m.to_month > m.from_month
