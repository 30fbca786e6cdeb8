-- Employers' totals, in key order like everywhere.
INSERT INTO accounts_unitbalance AS u (employer_ref, subject, branch, balance)
SELECT t.employer_ref, t.subject, t.branch, sum(t.amount)
FROM unnest(%s::bigint[], %s::varchar[], %s::int[], %s::numeric[]) AS t(employer_ref, subject, branch, amount)
GROUP BY t.employer_ref, t.subject, t.branch
ORDER BY t.employer_ref, t.subject, t.branch
ON CONFLICT (employer_ref, subject, branch) DO UPDATE SET balance = u.balance + excluded.balance
