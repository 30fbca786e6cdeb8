-- Legal numbers of the months from a month on: 1 to n without a gap per book, branch and month, in booking order, and every
-- voucher of a closed day has one in each book it touches.
SELECT 'gap', n.book, n.branch, n.month, max(n.no) - count(*)
FROM accounts_vouchernumber n
WHERE n.month >= %(month)s
GROUP BY n.book, n.branch, n.month
HAVING min(n.no) <> 1 OR max(n.no) <> count(*)
UNION ALL
SELECT 'order', o.book, o.branch, o.month, o.no
FROM (
    SELECT n.book, n.branch, n.month, n.no, v.business_date,
           lag(v.business_date) OVER (PARTITION BY n.book, n.branch, n.month ORDER BY n.no) AS before
    FROM accounts_vouchernumber n JOIN accounts_voucher v ON v.id = n.voucher_id
    WHERE n.month >= %(month)s
) o
WHERE o.before > o.business_date
UNION ALL
SELECT DISTINCT 'missing', s.book, v.branch, to_char(v.business_date, 'YYYYMM')::int, v.id
FROM accounts_daystate d
JOIN accounts_voucher v ON v.business_date = d.day
JOIN accounts_line l ON l.voucher_id = v.id
JOIN accounts_subject s ON s.code = l.subject
WHERE d.state = 'closed' AND d.day >= %(since)s
  AND NOT EXISTS (SELECT FROM accounts_vouchernumber n WHERE n.voucher_id = v.id AND n.book = s.book)
ORDER BY 1, 2, 3, 4, 5
LIMIT %(limit)s
