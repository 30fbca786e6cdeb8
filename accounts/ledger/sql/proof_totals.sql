-- One pass over the balances: what every employer's people hold, and what every subject holds, against the totals kept
-- by posting. An UPDATE behind the program's back that changes a total shows here within a minute; two that offset each
-- other do not: proof_accounts.sql finds those.
WITH held AS MATERIALIZED (
    SELECT subject_id AS subject, branch, employer_ref,
           sum(current + carried + next_current + next_carried) AS amount
    FROM accounts_subaccount
    WHERE maintained
    GROUP BY subject_id, branch, employer_ref
)
SELECT 'unit', coalesce(h.subject, u.subject), coalesce(h.branch, u.branch), coalesce(h.employer_ref, u.employer_ref),
       coalesce(h.amount, 0), coalesce(u.balance, 0)
FROM (SELECT * FROM held WHERE employer_ref IS NOT NULL) h
FULL JOIN accounts_unitbalance u
    ON u.subject = h.subject AND u.branch = h.branch AND u.employer_ref = h.employer_ref
WHERE coalesce(h.amount, 0) <> coalesce(u.balance, 0)
UNION ALL
SELECT 'subject', coalesce(t.subject, g.subject), coalesce(t.branch, g.branch), NULL,
       coalesce(t.amount, 0), coalesce(g.balance, 0)
FROM (SELECT subject, branch, sum(amount) AS amount FROM held GROUP BY subject, branch) t
FULL JOIN (
    SELECT b.* FROM (
{general}
    ) AS b(subject, branch, book, side, balance)
    JOIN accounts_subject s ON s.code = b.subject AND s.maintained
) g ON g.subject = t.subject AND g.branch = t.branch
WHERE coalesce(t.amount, 0) <> coalesce(g.balance, 0)
ORDER BY 1, 2, 3, 4
LIMIT %(limit)s
