-- What every branch's people have earned until a day, in yuan × days × percent, from the stored products: the product
-- less what the days after it would still bring. {rest} and {rate} are the caller's numbers of the year.
-- An account still in the year before has its old balance as opening of the new one.
SELECT s.branch,
       sum(CASE WHEN s.open_year = %(year)s
                THEN (s.product_current - s.current * %(rest)s) * %(rate_current)s
                     + (s.product_carried - s.carried * %(rest)s) * %(rate_carried)s
                ELSE (s.next_product_current - s.next_current * %(rest)s) * %(rate_current)s
                     + (s.next_product_carried - s.next_carried * %(rest)s
                        + (s.current + s.carried) * (%(whole)s - %(rest)s)) * %(rate_carried)s
           END)
FROM accounts_subaccount s
WHERE s.maintained AND s.open_year IN (%(year)s, %(year)s - 1) AND s.closed_on IS NULL
GROUP BY s.branch
ORDER BY s.branch
