-- Turnover month by month, per subject that takes lines: closed days from their totals, open days from their lines.
WITH closed_until AS (
    SELECT coalesce(max(day), '-infinity') AS day FROM accounts_subjectday
)
SELECT t.subject, t.month, sum(t.debit), sum(t.credit)
FROM (
    SELECT d.subject, d.branch, to_char(d.day, 'YYYYMM')::int AS month, d.debit, d.credit FROM accounts_subjectday d
    WHERE d.day BETWEEN %(since)s AND %(until)s
    UNION ALL
    SELECT c.code, l.branch, to_char(l.business_date, 'YYYYMM')::int,
           CASE WHEN l.side = 'D' THEN l.amount ELSE 0 END, CASE WHEN l.side = 'C' THEN l.amount ELSE 0 END
    FROM accounts_subject c
    CROSS JOIN LATERAL (
        SELECT line.branch, line.side, line.amount, line.business_date FROM accounts_line line
        WHERE line.subject = c.code AND line.business_date BETWEEN %(since)s AND %(until)s
          AND line.business_date > (SELECT day FROM closed_until)
    ) l
    WHERE c.postable
) t
WHERE %(branches)s::int[] IS NULL OR t.branch = ANY(%(branches)s::int[])
GROUP BY t.subject, t.month
HAVING sum(abs(t.debit) + abs(t.credit)) <> 0
ORDER BY 1, 2
