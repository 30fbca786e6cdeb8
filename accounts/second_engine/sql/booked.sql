-- Interest of years that are over, as it was booked on each account, in fen.
SELECT p.subaccount_id, (sum(p.current + p.carried) * 100)::bigint
FROM accounts_posting p
WHERE p.subaccount_id BETWEEN %(first)s AND %(last)s AND p.kind IN ('09', '0901')
GROUP BY p.subaccount_id
