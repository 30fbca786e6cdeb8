-- Opening balance and turnover of a period, per subject that takes lines and branch: closed days from their totals, open
-- days from their lines. Never a pass over the lines of closed days, however long ago the period was.
WITH opening AS (
{general}
), closed_until AS (
    SELECT coalesce(max(day), '-infinity') AS day FROM accounts_subjectday
), turnover AS (
    SELECT t.subject, t.branch, sum(t.debit) AS debit, sum(t.credit) AS credit
    FROM (
        SELECT d.subject, d.branch, d.debit, d.credit FROM accounts_subjectday d
        WHERE d.day BETWEEN %(since)s AND %(until)s
        UNION ALL
        SELECT c.code, l.branch, CASE WHEN l.side = 'D' THEN l.amount ELSE 0 END,
               CASE WHEN l.side = 'C' THEN l.amount ELSE 0 END
        FROM accounts_subject c
        CROSS JOIN LATERAL (
            SELECT line.branch, line.side, line.amount FROM accounts_line line
            WHERE line.subject = c.code AND line.business_date BETWEEN %(since)s AND %(until)s
              AND line.business_date > (SELECT day FROM closed_until)
        ) l
        WHERE c.postable
    ) t
    GROUP BY t.subject, t.branch
)
SELECT s.code, s.name, s.side, s.nature, s.book, coalesce(o.branch, t.branch), coalesce(o.balance, 0),
       coalesce(t.debit, 0), coalesce(t.credit, 0)
FROM opening AS o(subject, branch, book, side, balance)
FULL JOIN turnover t ON t.subject = o.subject AND t.branch = o.branch
JOIN accounts_subject s ON s.code = coalesce(o.subject, t.subject)
ORDER BY s.code, 6
