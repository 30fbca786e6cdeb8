-- Day totals of closed days since a day, against the lines they were drawn from and the balance before: the general ledger
-- answers from them alone, so a total changed afterwards would be believed.
WITH closed AS (
    SELECT day FROM accounts_daystate WHERE state = 'closed' AND day >= %(since)s
), lines AS (
    SELECT c.code AS subject, l.branch, l.business_date AS day,
           coalesce(sum(l.amount) FILTER (WHERE l.side = 'D'), 0) AS debit,
           coalesce(sum(l.amount) FILTER (WHERE l.side = 'C'), 0) AS credit
    FROM accounts_subject c
    CROSS JOIN LATERAL (
        SELECT line.branch, line.side, line.amount, line.business_date FROM accounts_line line
        WHERE line.subject = c.code AND line.business_date >= %(since)s
    ) l
    JOIN closed ON closed.day = l.business_date
    WHERE c.postable
    GROUP BY c.code, l.branch, l.business_date
), kept AS (
    SELECT d.subject, d.branch, d.day, d.debit, d.credit, d.balance,
           lag(d.balance) OVER (PARTITION BY d.subject, d.branch ORDER BY d.day) AS before
    FROM accounts_subjectday d
    WHERE d.day >= coalesce((SELECT max(day) FROM accounts_subjectday WHERE day < %(since)s), %(since)s)
)
SELECT coalesce(k.subject, l.subject), coalesce(k.branch, l.branch), coalesce(k.day, l.day),
       coalesce(k.debit, 0) - coalesce(l.debit, 0), coalesce(k.credit, 0) - coalesce(l.credit, 0),
       coalesce(k.balance, 0) - (coalesce(k.before, 0)
           + CASE WHEN s.side = 'D' THEN 1 ELSE -1 END * (coalesce(k.debit, 0) - coalesce(k.credit, 0)))
FROM (SELECT * FROM kept WHERE day >= %(since)s) k
FULL JOIN lines l ON l.subject = k.subject AND l.branch = k.branch AND l.day = k.day
JOIN accounts_subject s ON s.code = coalesce(k.subject, l.subject)
WHERE coalesce(k.debit, 0) <> coalesce(l.debit, 0) OR coalesce(k.credit, 0) <> coalesce(l.credit, 0)
   OR coalesce(k.balance, 0) <> coalesce(k.before, 0)
      + CASE WHEN s.side = 'D' THEN 1 ELSE -1 END * (coalesce(k.debit, 0) - coalesce(k.credit, 0))
ORDER BY 3, 1, 2
LIMIT %(limit)s
