INSERT INTO accounts_baserecord (
    fund_account_id, from_month, change_id, wage, base, employer_amount, employee_amount, undone)
SELECT s.fund_account_id, %(month)s, s.change_id, s.wage, s.base, s.employer_amount, s.employee_amount, false
FROM roster_stage AS s
ORDER BY s.fund_account_id
