-- Vouchers of the days from a day on: debits against credits, lines against postings per subject with a sub-ledger,
-- vouchers without lines, lines and postings without a voucher. All of them are refused when they are written; this
-- finds what was changed since.
WITH days AS (
    SELECT %(since)s::date AS since
), lines AS (
    SELECT l.voucher_id, sum(CASE WHEN l.side = 'D' THEN l.amount ELSE -l.amount END) AS gap
    FROM accounts_line l, days WHERE l.business_date >= days.since
    GROUP BY l.voucher_id
), vouchers AS (
    SELECT v.id FROM accounts_voucher v, days WHERE v.business_date >= days.since
), subledger AS (
    SELECT l.voucher_id, l.subject, sum(CASE WHEN l.side = s.side THEN l.amount ELSE -l.amount END) AS amount
    FROM accounts_line l JOIN accounts_subject s ON s.code = l.subject AND s.has_subledger, days
    WHERE l.business_date >= days.since
    GROUP BY l.voucher_id, l.subject
), moved AS (
    SELECT p.voucher_id, p.subject, sum(p.current + p.carried) AS amount
    FROM accounts_posting p, days WHERE p.business_date >= days.since
    GROUP BY p.voucher_id, p.subject
)
SELECT coalesce(v.id, l.voucher_id), CASE WHEN v.id IS NULL THEN 'no_voucher' WHEN l.gap IS NULL THEN 'no_lines'
                                          ELSE 'unbalanced' END, '', coalesce(l.gap, 0)
FROM vouchers v FULL JOIN lines l ON l.voucher_id = v.id
WHERE v.id IS NULL OR l.gap IS DISTINCT FROM 0
UNION ALL
SELECT coalesce(s.voucher_id, m.voucher_id), 'postings_differ', coalesce(s.subject, m.subject),
       coalesce(s.amount, 0) - coalesce(m.amount, 0)
FROM subledger s FULL JOIN moved m ON m.voucher_id = s.voucher_id AND m.subject = s.subject
WHERE coalesce(s.amount, 0) <> coalesce(m.amount, 0)
UNION ALL
SELECT m.voucher_id, 'no_voucher', m.subject, m.amount
FROM moved m WHERE NOT EXISTS (SELECT FROM vouchers v WHERE v.id = m.voucher_id)
ORDER BY 1, 2
LIMIT %(limit)s
