-- The open spell of each staged account ends with the month before. That it begins before it ends is true of every open
-- spell; said, it lets the index of living spells be used.
UPDATE accounts_membership AS m
SET to_month = %(month)s, closed_by_id = s.change_id
FROM roster_stage AS s
WHERE m.fund_account_id = s.fund_account_id AND m.to_month = 999912 AND m.to_month > m.from_month
