-- Owners of new units of the ledger: (owner, branch of the books, whose total they count for).
SELECT s.fund_account_id, employer.branch_id::int, s.employer_account_id
FROM opening_stage AS s
JOIN accounts_employeraccount AS owner ON owner.id = s.employer_account_id
JOIN accounts_employer AS employer ON employer.id = owner.employer_id
