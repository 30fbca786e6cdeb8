-- The end of a business day, under its exclusive lock. Steps are run in order by accounts/ledger/days.py.
-- step
-- Legal numbers without gaps: per book, branch and month, in the order the vouchers were booked. A voucher that touches
-- both books is numbered in each.
INSERT INTO accounts_vouchernumber (book, branch, month, no, voucher_id)
SELECT t.book, t.branch, %(month)s,
       coalesce((SELECT max(n.no) FROM accounts_vouchernumber n
                 WHERE n.book = t.book AND n.branch = t.branch AND n.month = %(month)s), 0)
       + row_number() OVER (PARTITION BY t.book, t.branch ORDER BY t.id),
       t.id
FROM (
    SELECT DISTINCT s.book, v.branch, v.id
    FROM accounts_voucher v
    JOIN accounts_line l ON l.voucher_id = v.id
    JOIN accounts_subject s ON s.code = l.subject
    WHERE v.business_date = %(day)s
) t
-- step
-- Turnover of the day and the balance after it, for every subject and branch that ever moved: the last closed day alone
-- then answers any question about the general ledger.
INSERT INTO accounts_subjectday (subject, branch, day, book, debit, credit, balance)
SELECT coalesce(t.subject, b.subject), coalesce(t.branch, b.branch), %(day)s, s.book,
       coalesce(t.debit, 0), coalesce(t.credit, 0),
       coalesce(b.balance, 0)
       + CASE WHEN s.side = 'D' THEN 1 ELSE -1 END * (coalesce(t.debit, 0) - coalesce(t.credit, 0))
FROM (
    SELECT l.subject, l.branch, coalesce(sum(l.amount) FILTER (WHERE l.side = 'D'), 0) AS debit,
           coalesce(sum(l.amount) FILTER (WHERE l.side = 'C'), 0) AS credit
    FROM accounts_subject c
    CROSS JOIN LATERAL (
        SELECT l.subject, l.branch, l.side, l.amount FROM accounts_line l
        WHERE l.subject = c.code AND l.business_date = %(day)s
    ) l
    WHERE c.postable
    GROUP BY l.subject, l.branch
) t
FULL JOIN (
    SELECT subject, branch, balance FROM accounts_subjectday
    WHERE day = (SELECT max(day) FROM accounts_subjectday WHERE day < %(day)s)
) b ON b.subject = t.subject AND b.branch = t.branch
JOIN accounts_subject s ON s.code = coalesce(t.subject, b.subject)
