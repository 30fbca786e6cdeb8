-- Balances and products of a range of interest-bearing accounts, recomputed from every posting they ever had. Returns the
-- accounts whose row says otherwise, with what it says and what was found. The inner sums need nothing of the account:
-- an amount weighs in its own interest year; only what became of the years before is decided by the open year.
WITH years AS MATERIALIZED (
    SELECT year, method = 'months_11_to_0' AS by_months, make_date(year - 1, 7, 1) AS begins, make_date(year, 6, 30) AS ends
    FROM accounts_interestyear
), summed AS (
    SELECT p.subaccount_id, p.interest_year, sum(p.current) AS current, sum(p.carried) AS carried,
           sum(p.current * w.days + p.product_adjust_current) AS product_current,
           sum(p.carried * w.days + p.product_adjust_carried) AS product_carried
    FROM accounts_posting p
    JOIN years y ON y.year = p.interest_year
    CROSS JOIN LATERAL (
        SELECT CASE WHEN NOT y.by_months THEN y.ends - greatest(p.value_date, y.begins) + 1
                    WHEN p.value_date < y.begins THEN 360
                    ELSE 30 * ((18 - extract(month FROM p.value_date)::int) %% 12) END AS days
    ) w
    WHERE p.subaccount_id BETWEEN %(first)s AND %(last)s
    GROUP BY p.subaccount_id, p.interest_year
), found AS (
    SELECT s.id,
           coalesce(sum(m.current) FILTER (WHERE m.interest_year = s.open_year), 0) AS current,
           coalesce(sum(m.carried + CASE WHEN m.interest_year < s.open_year THEN m.current ELSE 0 END)
                    FILTER (WHERE m.interest_year <= s.open_year), 0) AS carried,
           coalesce(sum(m.current) FILTER (WHERE m.interest_year > s.open_year), 0) AS next_current,
           coalesce(sum(m.carried) FILTER (WHERE m.interest_year > s.open_year), 0) AS next_carried,
           coalesce(sum(m.product_current) FILTER (WHERE m.interest_year = s.open_year), 0) AS product_current,
           coalesce(sum(CASE WHEN m.interest_year < s.open_year THEN (m.current + m.carried) * o.days
                             ELSE m.product_carried END)
                    FILTER (WHERE m.interest_year <= s.open_year), 0) AS product_carried,
           coalesce(sum(m.product_current) FILTER (WHERE m.interest_year > s.open_year), 0) AS next_product_current,
           coalesce(sum(m.product_carried) FILTER (WHERE m.interest_year > s.open_year), 0) AS next_product_carried
    FROM accounts_subaccount s
    JOIN (SELECT year, CASE WHEN by_months THEN 360 ELSE ends - begins + 1 END AS days FROM years) o ON o.year = s.open_year
    LEFT JOIN summed m ON m.subaccount_id = s.id
    WHERE s.id BETWEEN %(first)s AND %(last)s AND s.maintained
    GROUP BY s.id
)
SELECT s.id, s.branch, s.current + s.carried + s.next_current + s.next_carried,
       f.current + f.carried + f.next_current + f.next_carried,
       s.product_current + s.product_carried + s.next_product_current + s.next_product_carried,
       f.product_current + f.product_carried + f.next_product_current + f.next_product_carried
FROM found f
JOIN accounts_subaccount s ON s.id = f.id
WHERE (s.current, s.carried, s.next_current, s.next_carried, s.product_current, s.product_carried,
       s.next_product_current, s.next_product_carried)
   <> (f.current, f.carried, f.next_current, f.next_carried, f.product_current, f.product_carried,
       f.next_product_current, f.next_product_carried)
ORDER BY s.id
LIMIT %(limit)s
