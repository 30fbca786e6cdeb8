-- What was paid for each year: the last row's figures, and the sum of what all its rows paid, in fen.
SELECT DISTINCT ON (r.subaccount_id, r.year) r.subaccount_id, r.year, r.kind, (r.interest * 100)::bigint,
       (sum(r.paid) OVER (PARTITION BY r.subaccount_id, r.year) * 100)::bigint,
       ((r.product_current + r.product_carried) * 100)::bigint,
       (r.rate_current * 100000)::bigint, (r.rate_carried * 100000)::bigint
FROM accounts_interestrow r
WHERE r.subaccount_id BETWEEN %(first)s AND %(last)s
ORDER BY r.subaccount_id, r.year, r.seq DESC
