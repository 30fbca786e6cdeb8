-- Turnover of each sub-ledger subject per day, branch and side: movements of the sub-ledger against lines of the vouchers.
-- A red copy counts on the side of what it takes back. Moves from one account to another (E06, E49) are left out on both.
WITH moving AS (
    SELECT unnest(%(moves)s::text[]) AS event_type
), lines AS (
    SELECT l.business_date AS day, l.subject, l.branch, l.side, sum(l.amount) AS amount
    FROM accounts_subject c
    CROSS JOIN LATERAL (
        SELECT line.* FROM accounts_line line
        WHERE line.subject = c.code AND line.business_date >= %(since)s
    ) l
    JOIN accounts_voucher v ON v.id = l.voucher_id
    WHERE c.has_subledger AND v.event_type NOT IN (SELECT event_type FROM moving)
    GROUP BY 1, 2, 3, 4
), moved AS (
    SELECT p.business_date AS day, p.subject, p.branch,
           CASE WHEN (p.current + p.carried > 0) <> (v.reverses_id IS NOT NULL) THEN s.side
                WHEN s.side = 'D' THEN 'C' ELSE 'D' END AS side,
           sum(abs(p.current + p.carried) * CASE WHEN v.reverses_id IS NULL THEN 1 ELSE -1 END) AS amount
    FROM accounts_posting p
    JOIN accounts_voucher v ON v.id = p.voucher_id
    JOIN accounts_subject s ON s.code = p.subject AND s.has_subledger
    WHERE p.business_date >= %(since)s AND p.current + p.carried <> 0
      AND v.event_type NOT IN (SELECT event_type FROM moving)
    GROUP BY 1, 2, 3, 4
)
SELECT coalesce(l.day, m.day), coalesce(l.subject, m.subject), coalesce(l.branch, m.branch), coalesce(l.side, m.side),
       coalesce(m.amount, 0), coalesce(l.amount, 0)
FROM lines l
FULL JOIN moved m ON m.day = l.day AND m.subject = l.subject AND m.branch = l.branch AND m.side = l.side
WHERE coalesce(l.amount, 0) <> coalesce(m.amount, 0)
ORDER BY 1, 2, 3, 4
LIMIT %(limit)s
