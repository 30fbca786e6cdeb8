-- B08: registers booked since a day: header = Σ its people (registers of before the system keep none), and per voucher
-- Σ headers = Σ what went into people's accounts.
SELECT 'lines', r.number, r.total, l.total
FROM deposits_remittance r
CROSS JOIN LATERAL (
    SELECT coalesce(sum(line.employer_amount + line.employee_amount), 0) AS total
    FROM deposits_remittanceline line WHERE line.remittance_id = r.id
) l
WHERE r.posted_on >= %(since)s AND r.origin = 'confirmed' AND l.total <> r.total
UNION ALL
SELECT 'voucher', v.id::text, b.total, p.total
FROM (
    SELECT voucher_id, sum(total) AS total FROM deposits_remittance
    WHERE posted_on >= %(since)s AND voucher_id IS NOT NULL
    GROUP BY voucher_id
) b
JOIN accounts_voucher v ON v.id = b.voucher_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(posting.current + posting.carried), 0) AS total FROM accounts_posting posting
    WHERE posting.id BETWEEN v.first_posting AND v.last_posting AND posting.business_date = v.business_date
      AND posting.voucher_id = v.id AND posting.subject = '201'
) p
WHERE p.total <> b.total
ORDER BY 1, 2
LIMIT %(limit)s
