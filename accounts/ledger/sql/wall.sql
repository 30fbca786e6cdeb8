WITH held AS (
    SELECT subject_id AS subject, branch, sum(current + carried + next_current + next_carried) AS amount,
           bool_or(employer_ref IS NOT NULL) AS of_employers,
           sum(current + carried + next_current + next_carried) FILTER (WHERE employer_ref IS NULL) AS of_nobody
    FROM accounts_subaccount WHERE maintained
    GROUP BY subject_id, branch
), units AS (
    SELECT subject, branch, sum(balance) AS amount FROM accounts_unitbalance GROUP BY subject, branch
), general AS (
    SELECT b.* FROM (
{general}
    ) AS b(subject, branch, book, side, balance)
    JOIN accounts_subject s ON s.code = b.subject AND s.maintained
)
SELECT s.code, s.name, k.branch, coalesce(h.amount, 0),
       -- Units that belong to no employer (unknown receipts) are counted into the employers' side, or it could not tie.
       CASE WHEN h.of_employers OR u.amount IS NOT NULL THEN coalesce(u.amount, 0) + coalesce(h.of_nobody, 0) END,
       coalesce(g.balance, 0)
FROM (
    SELECT subject, branch FROM held UNION SELECT subject, branch FROM units UNION SELECT subject, branch FROM general
) k
JOIN accounts_subject s ON s.code = k.subject
LEFT JOIN held h ON h.subject = k.subject AND h.branch = k.branch
LEFT JOIN units u ON u.subject = k.subject AND u.branch = k.branch
LEFT JOIN general g ON g.subject = k.subject AND g.branch = k.branch
ORDER BY s.code, k.branch
