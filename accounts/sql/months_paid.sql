-- What was deposited for each month, both parts; a month that was taken back is not among them.
SELECT p.month, coalesce(sum(p.employer_part), 0), coalesce(sum(p.employee_part), 0)
FROM accounts_posting AS p
WHERE p.subaccount_id = %s AND p.kind IN ('01', '02') AND p.month >= %s
GROUP BY p.month
HAVING sum(p.current + p.carried) > 0
ORDER BY p.month
