WITH closed_until AS (
    SELECT max(day) AS day FROM accounts_subjectday WHERE day <= %(as_of)s
), closed AS (
    SELECT d.subject, d.branch, d.balance FROM accounts_subjectday d JOIN closed_until u ON u.day = d.day
), since AS (
    SELECT c.code AS subject, l.branch, sum(CASE WHEN l.side = c.side THEN l.amount ELSE -l.amount END) AS amount
    FROM accounts_subject c
    CROSS JOIN LATERAL (
        SELECT line.side, line.amount, line.branch FROM accounts_line line
        WHERE line.subject = c.code AND line.business_date <= %(as_of)s
          AND line.business_date > coalesce((SELECT day FROM closed_until), '-infinity')
    ) l
    WHERE c.postable
    GROUP BY c.code, l.branch
)
SELECT s.code, coalesce(c.branch, n.branch), s.book, s.side, coalesce(c.balance, 0) + coalesce(n.amount, 0)
FROM closed c
FULL JOIN since n ON n.subject = c.subject AND n.branch = c.branch
JOIN accounts_subject s ON s.code = coalesce(c.subject, n.subject)
ORDER BY s.code, 2
