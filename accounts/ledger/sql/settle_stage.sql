-- The accounts of a range that are still in the year, locked in id order, each with the interest of its two products.
CREATE TEMPORARY TABLE ledger_settle ON COMMIT DROP AS
WITH locked AS MATERIALIZED (
    SELECT s.id, s.subject_id, s.branch, s.employer_ref, s.current, s.carried, s.product_current, s.product_carried
    FROM accounts_subaccount s
    WHERE s.id BETWEEN %(first)s AND %(last)s AND s.open_year = %(year)s AND s.maintained AND s.closed_on IS NULL
    ORDER BY s.id
    FOR NO KEY UPDATE OF s
), computed AS (
    SELECT l.*, ledger_to_fen(l.product_current * y.rate_current + l.product_carried * y.rate_carried,
                              100 * y.divisor) AS interest
    FROM locked l
    JOIN accounts_interestyear y ON y.year = %(year)s
)
SELECT c.id AS subaccount_id, c.subject_id AS subject, c.branch, c.employer_ref, c.current, c.carried,
       c.product_current, c.product_carried, c.interest,
       CASE WHEN c.interest <> 0 THEN nextval('accounts_posting_id_seq') END AS posting
FROM computed c
ORDER BY c.id
