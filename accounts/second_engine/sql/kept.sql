-- What the ledger keeps of these accounts, in fen: only to be compared with, never to be computed from.
SELECT s.id, s.open_year, s.closed_on IS NOT NULL,
       (s.current * 100)::bigint, (s.carried * 100)::bigint, (s.next_current * 100)::bigint, (s.next_carried * 100)::bigint,
       (s.product_current * 100)::bigint, (s.product_carried * 100)::bigint,
       (s.next_product_current * 100)::bigint, (s.next_product_carried * 100)::bigint
FROM accounts_subaccount s
WHERE s.id BETWEEN %(first)s AND %(last)s AND s.maintained AND s.open_year IS NOT NULL
ORDER BY s.id
