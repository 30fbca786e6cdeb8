-- After the last range: what should be nothing. (what, branch, found, wanted), only where they differ.
WITH paid AS (
    SELECT s.branch, sum(r.paid) AS amount
    FROM accounts_interestrow r JOIN accounts_subaccount s ON s.id = r.subaccount_id
    WHERE r.year = %(year)s AND r.kind = 'annual'
    GROUP BY s.branch
), booked AS (
    SELECT l.branch, sum(CASE WHEN l.side = 'C' THEN l.amount ELSE -l.amount END) AS amount
    FROM accounts_voucher v
    JOIN accounts_line l ON l.voucher_id = v.id AND l.subject <> '211'
    WHERE v.event_type = 'accounts.settle_interest' AND v.event_id LIKE %(events)s
    GROUP BY l.branch
), moved AS (
    SELECT p.branch, sum(p.current + p.carried) AS amount
    FROM accounts_posting p
    WHERE p.kind = '09' AND p.interest_year = %(year)s + 1 AND p.business_date = make_date(%(year)s, 6, 30)
    GROUP BY p.branch
)
SELECT 'lines', coalesce(p.branch, b.branch), coalesce(b.amount, 0), coalesce(p.amount, 0)
FROM paid p FULL JOIN booked b ON b.branch = p.branch WHERE coalesce(p.amount, 0) <> coalesce(b.amount, 0)
UNION ALL
SELECT 'postings', coalesce(p.branch, m.branch), coalesce(m.amount, 0), coalesce(p.amount, 0)
FROM paid p FULL JOIN moved m ON m.branch = p.branch WHERE coalesce(p.amount, 0) <> coalesce(m.amount, 0)
UNION ALL
SELECT 'left', s.branch, count(*), 0
FROM accounts_subaccount s
WHERE s.open_year <= %(year)s AND s.maintained AND s.closed_on IS NULL AND NOT EXISTS (
    SELECT FROM accounts_interestexception e
    WHERE e.year = %(year)s AND e.subaccount_id = s.id AND e.reason IN ('waiting', 'behind'))
GROUP BY s.branch
ORDER BY 1, 2
