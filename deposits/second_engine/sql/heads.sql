-- Confirmed months of the last weeks that stand: rates in ten-thousandths, totals in fen.
SELECT r.id, r.number, r.month, (r.employer_rate * 10000)::int, (r.employee_rate * 10000)::int, a.fund_kind, e.area,
       r.heads, (r.employer_total * 100)::bigint, (r.employee_total * 100)::bigint
FROM deposits_remittance r
JOIN accounts_employeraccount a ON a.id = r.employer_account_id
JOIN accounts_employer e ON e.id = a.employer_id
WHERE r.state <> 'revoked' AND r.origin = 'confirmed' AND r.confirmed_at >= %(since)s
ORDER BY r.id
