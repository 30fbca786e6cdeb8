INSERT INTO accounts_membership (
    fund_account_id, employer_account_id, from_month, to_month, sealed, reason, opened_by_id)
SELECT s.fund_account_id, s.employer_account_id, %(month)s, 999912, %(sealed)s,
    CASE WHEN %(sealed)s THEN s.reason ELSE '' END, s.change_id
FROM roster_stage AS s
ORDER BY s.fund_account_id
