INSERT INTO accounts_membership (
    fund_account_id, employer_account_id, from_month, to_month, sealed, reason, opened_by_id)
SELECT s.fund_account_id, %(account)s, %(month)s, 999912, %(sealed)s, CASE WHEN %(sealed)s THEN s.reason ELSE '' END, %(change)s
FROM roster_stage AS s
ORDER BY s.fund_account_id
