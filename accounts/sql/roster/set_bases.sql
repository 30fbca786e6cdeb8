UPDATE accounts_fundaccount AS a
SET wage = s.wage, base = s.base, employer_amount = s.employer_amount, employee_amount = s.employee_amount,
    base_from = %(month)s,
    version = a.version + 1
FROM roster_stage AS s
WHERE a.id = s.fund_account_id
