-- Balances and products of a range of interest-bearing accounts, recomputed from every posting they ever had. Returns the
-- accounts whose row says otherwise, with what it says and what was found. The inner sums need nothing of the account:
-- an amount weighs in its own interest year; only what became of the years before is decided by the open year.
-- Most movements are of one bucket and adjust nothing, and a sum is dearer than a comparison: hence the filters. No
-- WITH: a scan of one keeps the planner from sharing the work among processes. {days} is what an amount weighs: by days
-- plain arithmetic of dates, and where any year goes by months the calendar's function, for which {years} gives methods.
SELECT s.id, s.branch, s.current + s.carried + s.next_current + s.next_carried,
       coalesce(f.current + f.carried + f.next_current + f.next_carried, 0),
       s.product_current + s.product_carried + s.next_product_current + s.next_product_carried,
       coalesce(f.product_current + f.product_carried + f.next_product_current + f.next_product_carried, 0)
FROM accounts_subaccount s
LEFT JOIN (
    SELECT b.id,
           coalesce(sum(m.current) FILTER (WHERE m.interest_year = b.open_year), 0) AS current,
           coalesce(sum(m.carried + CASE WHEN m.interest_year < b.open_year THEN m.current ELSE 0 END)
                    FILTER (WHERE m.interest_year <= b.open_year), 0) AS carried,
           coalesce(sum(m.current) FILTER (WHERE m.interest_year > b.open_year), 0) AS next_current,
           coalesce(sum(m.carried) FILTER (WHERE m.interest_year > b.open_year), 0) AS next_carried,
           coalesce(sum(m.product_current) FILTER (WHERE m.interest_year = b.open_year), 0) AS product_current,
           coalesce(sum(CASE WHEN m.interest_year < b.open_year
                             THEN (m.current + m.carried) * ledger_year_weight(b.open_year, o.method)
                             ELSE m.product_carried END)
                    FILTER (WHERE m.interest_year <= b.open_year), 0) AS product_carried,
           coalesce(sum(m.product_current) FILTER (WHERE m.interest_year > b.open_year), 0) AS next_product_current,
           coalesce(sum(m.product_carried) FILTER (WHERE m.interest_year > b.open_year), 0) AS next_product_carried
    FROM accounts_subaccount b
    JOIN accounts_interestyear o ON o.year = b.open_year
    JOIN (
        SELECT p.subaccount_id, p.interest_year, sum(p.current) AS current,
               coalesce(sum(p.carried) FILTER (WHERE p.carried <> 0), 0) AS carried,
               sum(p.current * ({days}))
               + coalesce(sum(p.product_adjust_current) FILTER (WHERE p.product_adjust_current <> 0), 0)
               AS product_current,
               coalesce(sum(p.carried * ({days}) + p.product_adjust_carried)
                        FILTER (WHERE p.carried <> 0 OR p.product_adjust_carried <> 0), 0) AS product_carried
        FROM accounts_posting p
        {years}
        WHERE p.subaccount_id BETWEEN %(first)s AND %(last)s
        GROUP BY p.subaccount_id, p.interest_year
    ) m ON m.subaccount_id = b.id
    WHERE b.id BETWEEN %(first)s AND %(last)s
    GROUP BY b.id
) f ON f.id = s.id
WHERE s.id BETWEEN %(first)s AND %(last)s AND s.maintained AND s.open_year IS NOT NULL
  AND (s.current, s.carried, s.next_current, s.next_carried, s.product_current, s.product_carried,
       s.next_product_current, s.next_product_carried)
   <> (coalesce(f.current, 0), coalesce(f.carried, 0), coalesce(f.next_current, 0), coalesce(f.next_carried, 0),
       coalesce(f.product_current, 0), coalesce(f.product_carried, 0), coalesce(f.next_product_current, 0),
       coalesce(f.next_product_carried, 0))
ORDER BY s.id
LIMIT %(limit)s
