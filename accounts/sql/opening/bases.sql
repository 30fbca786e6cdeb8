INSERT INTO accounts_baserecord (
    fund_account_id, from_month, change_id, wage, base, employer_amount, employee_amount, undone)
SELECT fund_account_id, %(month)s, change_id, wage, base, employer_amount, employee_amount, false
FROM opening_stage
ORDER BY fund_account_id
