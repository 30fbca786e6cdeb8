-- One fund year of one unit: what came and went by kind, and the parts of employer and employee.
SELECT p.kind, count(*), sum(p.current + p.carried), coalesce(sum(p.employer_part), 0), coalesce(sum(p.employee_part), 0)
FROM accounts_posting AS p
WHERE p.subaccount_id = %(subaccount)s AND p.business_date BETWEEN %(since)s AND %(until)s
    AND p.current + p.carried <> 0
GROUP BY p.kind
ORDER BY p.kind
