UPDATE accounts_fundaccount AS a
SET status = %(status)s, branch_id = employer.branch_id, version = a.version + 1
FROM roster_stage AS s
JOIN accounts_employeraccount AS owner ON owner.id = s.employer_account_id
JOIN accounts_employer AS employer ON employer.id = owner.employer_id
WHERE a.id = s.fund_account_id AND a.status = ANY (%(before)s)
