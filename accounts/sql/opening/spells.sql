INSERT INTO accounts_membership (fund_account_id, employer_account_id, from_month, to_month, sealed, reason, opened_by_id)
SELECT fund_account_id, employer_account_id, %(month)s, 999912, false, '', change_id
FROM opening_stage
ORDER BY fund_account_id
