-- The accounts of a range that are still in the year, locked in id order, each with the interest of its products. A
-- closing of this year that stands has paid its part: products are added up over the year, rounded once, and what was
-- paid is taken off. {gain} is what later rates within the year add.
CREATE TEMPORARY TABLE ledger_settle ON COMMIT DROP AS
WITH locked AS MATERIALIZED (
    SELECT s.id, s.subject_id, s.branch, s.employer_ref, s.current, s.carried, s.product_current, s.product_carried
    FROM accounts_subaccount s
    WHERE s.id BETWEEN %(first)s AND %(last)s AND s.open_year = %(year)s AND s.maintained AND s.closed_on IS NULL
      AND s.id <> ALL (%(waiting)s::bigint[])
    ORDER BY s.id
    {lock}
), before AS (
    SELECT DISTINCT ON (r.subaccount_id) r.subaccount_id, r.seq, r.product_current, r.product_carried, r.interest
    FROM accounts_interestrow r
    WHERE r.subaccount_id BETWEEN %(first)s AND %(last)s AND r.year = %(year)s
    ORDER BY r.subaccount_id, r.seq DESC
), whole AS (
    SELECT l.*, coalesce(b.seq, 0) + 1 AS seq, coalesce(b.interest, 0) AS paid_before,
           l.product_current + coalesce(b.product_current, 0) AS whole_current,
           l.product_carried + coalesce(b.product_carried, 0) AS whole_carried
    FROM locked l
    LEFT JOIN before b ON b.subaccount_id = l.id
), computed AS (
    SELECT w.*, ledger_to_fen(w.whole_current * %(rate_current)s + w.whole_carried * %(rate_carried)s + {gain},
                              100 * y.divisor) AS interest
    FROM whole w
    JOIN accounts_interestyear y ON y.year = %(year)s
    {gains}
)
SELECT c.id AS subaccount_id, c.subject_id AS subject, c.branch, c.employer_ref, c.current, c.carried, c.seq,
       c.whole_current AS product_current, c.whole_carried AS product_carried, c.interest AS whole_interest,
       c.interest - c.paid_before AS interest,
       {posting} AS posting
FROM computed c
ORDER BY c.id
