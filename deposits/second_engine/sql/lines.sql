SELECT fund_account_id, (base * 100)::bigint, (employer_amount * 100)::bigint, (employee_amount * 100)::bigint
FROM deposits_remittanceline
WHERE remittance_id = %(remittance)s
ORDER BY fund_account_id
