-- Balances, products and holds of subaccounts, recomputed from their postings, for every row changed since a transaction
-- (by whoever: a row's own version tells, not the program), or for everyone. Returns the accounts that differ.
WITH span AS (
    SELECT %(every)s OR n < 0 OR n > 2000000000 AS every, least(greatest(n, 0), 2000000000)::int AS reach
    FROM (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint - %(since)s AS n) x
), chosen AS MATERIALIZED (
    SELECT s.id FROM accounts_subaccount s, span
    WHERE s.maintained AND (span.every OR age(s.xmin) <= span.reach)
    UNION
    SELECT p.subaccount_id FROM accounts_posting p, span
    WHERE NOT span.every AND age(p.xmin) <= span.reach
), recomputed AS (
    SELECT p.subaccount_id,
           sum(p.current) FILTER (WHERE p.interest_year IS NOT DISTINCT FROM s.open_year) AS current,
           sum(p.carried + CASE WHEN p.interest_year < s.open_year THEN p.current ELSE 0 END)
               FILTER (WHERE p.interest_year IS NULL OR p.interest_year <= s.open_year) AS carried,
           sum(p.current) FILTER (WHERE p.interest_year > s.open_year) AS next_current,
           sum(p.carried) FILTER (WHERE p.interest_year > s.open_year) AS next_carried,
           sum(p.current * ledger_weight(p.value_date, p.interest_year, y.method) + p.product_adjust_current)
               FILTER (WHERE p.interest_year = s.open_year) AS product_current,
           sum(CASE WHEN p.interest_year < s.open_year
                    THEN (p.current + p.carried) * ledger_year_weight(s.open_year, o.method)
                    ELSE p.carried * ledger_weight(p.value_date, p.interest_year, y.method) + p.product_adjust_carried
               END) FILTER (WHERE p.interest_year <= s.open_year) AS product_carried,
           sum(p.current * ledger_weight(p.value_date, p.interest_year, y.method) + p.product_adjust_current)
               FILTER (WHERE p.interest_year > s.open_year) AS next_product_current,
           sum(p.carried * ledger_weight(p.value_date, p.interest_year, y.method) + p.product_adjust_carried)
               FILTER (WHERE p.interest_year > s.open_year) AS next_product_carried
    FROM accounts_posting p
    JOIN chosen c ON c.id = p.subaccount_id
    JOIN accounts_subaccount s ON s.id = p.subaccount_id AND s.maintained
    LEFT JOIN accounts_interestyear y ON y.year = p.interest_year
    LEFT JOIN accounts_interestyear o ON o.year = s.open_year
    GROUP BY p.subaccount_id
), held AS (
    SELECT h.subaccount_id, sum(h.amount) AS amount FROM accounts_hold h WHERE h.ended_on IS NULL GROUP BY h.subaccount_id
)
SELECT s.id, s.subject_id, s.branch,
       s.current + s.carried + s.next_current + s.next_carried,
       coalesce(r.current, 0) + coalesce(r.carried, 0) + coalesce(r.next_current, 0) + coalesce(r.next_carried, 0),
       (s.current, s.carried, s.next_current, s.next_carried)
           <> (coalesce(r.current, 0), coalesce(r.carried, 0), coalesce(r.next_current, 0), coalesce(r.next_carried, 0)),
       (s.product_current, s.product_carried, s.next_product_current, s.next_product_carried)
           <> (coalesce(r.product_current, 0), coalesce(r.product_carried, 0), coalesce(r.next_product_current, 0),
               coalesce(r.next_product_carried, 0)),
       s.held <> coalesce(h.amount, 0)
FROM chosen c
JOIN accounts_subaccount s ON s.id = c.id AND s.maintained
LEFT JOIN recomputed r ON r.subaccount_id = s.id
LEFT JOIN held h ON h.subaccount_id = s.id
WHERE (s.current, s.carried, s.next_current, s.next_carried, s.product_current, s.product_carried,
       s.next_product_current, s.next_product_carried, s.held)
   <> (coalesce(r.current, 0), coalesce(r.carried, 0), coalesce(r.next_current, 0), coalesce(r.next_carried, 0),
       coalesce(r.product_current, 0), coalesce(r.product_carried, 0), coalesce(r.next_product_current, 0),
       coalesce(r.next_product_carried, 0), coalesce(h.amount, 0))
ORDER BY s.id
LIMIT %(limit)s
