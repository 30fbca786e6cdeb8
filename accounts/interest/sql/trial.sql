-- What a range would be paid, per branch, from the very table a settlement books from (pg_temp.ledger_settle).
-- step
DELETE FROM accounts_interesttrial WHERE year = %(year)s AND first = %(first)s
-- step
INSERT INTO accounts_interesttrial (
    year, first, branch, accounts, balance, product_current, product_carried, interest)
SELECT %(year)s, %(first)s, t.branch, count(*), sum(t.current + t.carried), sum(t.product_current),
       sum(t.product_carried), sum(t.interest)
FROM pg_temp.ledger_settle t
GROUP BY t.branch
-- step
DELETE FROM accounts_interestexception
WHERE year = %(year)s AND subaccount_id BETWEEN %(first)s AND %(last)s AND reason <> 'proof'
-- step
INSERT INTO accounts_interestexception (year, subaccount_id, reason, branch, balance, interest)
SELECT %(year)s, t.subaccount_id, CASE WHEN t.interest < 0 THEN 'negative' ELSE 'nothing' END, t.branch,
       t.current + t.carried, t.interest
FROM pg_temp.ledger_settle t
WHERE t.interest < 0 OR (t.interest = 0 AND t.current + t.carried >= %(noticed)s)
-- step
-- Money on its way out in full (a closing, a transfer out): its interest waits for the bank's answer.
INSERT INTO accounts_interestexception (year, subaccount_id, reason, branch, balance, interest)
SELECT %(year)s, t.subaccount_id, 'waiting', t.branch, t.current + t.carried, t.interest
FROM pg_temp.ledger_settle t
JOIN accounts_subaccount s ON s.id = t.subaccount_id
WHERE s.held > 0 AND s.held = s.current + s.carried + s.next_current + s.next_carried
-- step
INSERT INTO accounts_interestexception (year, subaccount_id, reason, branch, balance)
SELECT %(year)s, s.id, 'behind', s.branch, s.current + s.carried + s.next_current + s.next_carried
FROM accounts_subaccount s
WHERE s.id BETWEEN %(first)s AND %(last)s AND s.open_year < %(year)s AND s.maintained AND s.closed_on IS NULL
