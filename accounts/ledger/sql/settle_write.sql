-- One range of accounts: rows of interest, postings, the roll, the employers' totals, the lines.
-- step
INSERT INTO accounts_interestrow (
    subaccount_id, year, seq, kind, product_current, product_carried, closing_current, closing_carried, rate_current,
    rate_carried, interest, paid, voucher_id)
SELECT t.subaccount_id, %(year)s, t.seq, %(row_kind)s, t.product_current, t.product_carried, t.current, t.carried,
       y.rate_current, y.rate_carried, t.whole_interest, t.interest, %(voucher)s
FROM pg_temp.ledger_settle t
JOIN accounts_interestyear y ON y.year = %(year)s
ORDER BY t.subaccount_id
-- step
INSERT INTO accounts_posting (
    id, voucher_id, subaccount_id, subject, branch, kind, business_date, value_date, interest_year, current, carried,
    employer_ref)
SELECT t.posting, %(voucher)s, t.subaccount_id, t.subject, t.branch, %(kind)s, %(day)s,
       ledger_year_start(%(year)s + 1), %(year)s + 1, 0, t.interest, t.employer_ref
FROM pg_temp.ledger_settle t
WHERE t.interest <> 0
ORDER BY t.posting
-- step
-- The roll: everything is carried over with its interest; the slot of the coming year moves in.
UPDATE accounts_subaccount s SET
    carried = s.carried + s.current + t.interest + s.next_carried,
    product_carried = (s.carried + s.current + t.interest) * ledger_year_weight(%(year)s + 1, n.method)
                      + s.next_product_carried,
    current = s.next_current,
    product_current = s.next_product_current,
    next_current = 0,
    next_carried = 0,
    next_product_current = 0,
    next_product_carried = 0,
    open_year = %(year)s + 1
FROM pg_temp.ledger_settle t, accounts_interestyear n
WHERE s.id = t.subaccount_id AND s.id BETWEEN %(first)s AND %(last)s AND s.open_year = %(year)s
  AND n.year = %(year)s + 1
-- step
INSERT INTO accounts_unitbalance AS u (employer_ref, subject, branch, balance)
SELECT t.employer_ref, t.subject, t.branch, sum(t.interest)
FROM pg_temp.ledger_settle t
WHERE t.employer_ref IS NOT NULL AND t.interest <> 0
GROUP BY t.employer_ref, t.subject, t.branch
ORDER BY t.employer_ref, t.subject, t.branch
ON CONFLICT (employer_ref, subject, branch) DO UPDATE SET balance = u.balance + excluded.balance
-- step
-- Each branch pays its own people: what it accrued stands in its own 211. Interest below zero stands on the other side.
INSERT INTO accounts_line (voucher_id, side, subject, amount, branch, business_date)
SELECT %(voucher)s, l.side, l.subject, l.amount, l.branch, %(day)s
FROM (
    SELECT CASE WHEN t.interest > 0 THEN 'D' ELSE 'C' END AS side, %(payer)s AS subject,
           sum(abs(t.interest)) AS amount, t.branch
    FROM pg_temp.ledger_settle t WHERE t.interest <> 0 GROUP BY 1, t.branch
    UNION ALL
    SELECT CASE WHEN t.interest > 0 THEN 'C' ELSE 'D' END, t.subject, sum(abs(t.interest)), t.branch
    FROM pg_temp.ledger_settle t WHERE t.interest <> 0 GROUP BY 1, t.subject, t.branch
) l
ORDER BY l.branch, l.side DESC
