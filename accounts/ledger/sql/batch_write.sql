-- Postings in id order (the order they were staged in, by subaccount), then balances, then the employers' totals.
-- Statements are separated by "-- step": each returns its row count to accounts/ledger/batch.py.
-- step
INSERT INTO accounts_posting (
    id, voucher_id, subaccount_id, subject, branch, kind, business_date, value_date, interest_year, current, carried,
    product_adjust_current, product_adjust_carried, month, employer_ref, employer_part, employee_part)
SELECT b.id, %(voucher)s, b.subaccount_id, b.subject, b.branch, b.kind, %(day)s, b.value_date, b.interest_year,
       b.current, b.carried, b.adjust_current, b.adjust_carried, b.month, b.employer_ref, b.employer_part, b.employee_part
FROM pg_temp.ledger_batch b
ORDER BY b.id
-- step
UPDATE accounts_subaccount s SET
    current = s.current + d.current,
    carried = s.carried + d.carried,
    product_current = s.product_current + d.product_current,
    product_carried = s.product_carried + d.product_carried,
    next_current = s.next_current + d.next_current,
    next_carried = s.next_carried + d.next_carried,
    next_product_current = s.next_product_current + d.next_product_current,
    next_product_carried = s.next_product_carried + d.next_product_carried
FROM (
    SELECT b.subaccount_id,
           sum(CASE WHEN b.next THEN 0 ELSE b.current END) AS current,
           sum(CASE WHEN b.next THEN 0 ELSE b.carried END) AS carried,
           sum(CASE WHEN b.next THEN 0 ELSE b.current * b.weight + b.adjust_current END) AS product_current,
           sum(CASE WHEN b.next THEN 0 ELSE b.carried * b.weight + b.adjust_carried END) AS product_carried,
           sum(CASE WHEN b.next THEN b.current ELSE 0 END) AS next_current,
           sum(CASE WHEN b.next THEN b.carried ELSE 0 END) AS next_carried,
           sum(CASE WHEN b.next THEN b.current * b.weight + b.adjust_current ELSE 0 END) AS next_product_current,
           sum(CASE WHEN b.next THEN b.carried * b.weight + b.adjust_carried ELSE 0 END) AS next_product_carried
    FROM pg_temp.ledger_batch b
    GROUP BY b.subaccount_id
) d
WHERE s.id = d.subaccount_id
-- step
INSERT INTO accounts_unitbalance AS u (employer_ref, subject, branch, balance)
SELECT b.employer_ref, b.subject, b.branch, sum(b.current + b.carried)
FROM pg_temp.ledger_batch b
WHERE b.employer_ref IS NOT NULL AND b.current + b.carried <> 0
GROUP BY b.employer_ref, b.subject, b.branch
ORDER BY b.employer_ref, b.subject, b.branch
ON CONFLICT (employer_ref, subject, branch) DO UPDATE SET balance = u.balance + excluded.balance
