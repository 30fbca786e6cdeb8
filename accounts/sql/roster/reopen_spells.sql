UPDATE accounts_membership AS m
SET to_month = 999912, closed_by_id = NULL
FROM roster_stage AS s
WHERE m.fund_account_id = s.fund_account_id AND m.closed_by_id = %(change)s
