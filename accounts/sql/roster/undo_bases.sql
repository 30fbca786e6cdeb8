UPDATE accounts_baserecord AS b
SET undone = true
FROM roster_stage AS s
WHERE b.fund_account_id = s.fund_account_id AND b.from_month = %(month)s AND b.change_id = %(change)s
