-- The same for accounts that bear no interest (the suspense a list is paid from): no buckets, no products.
WITH moved AS (
    UPDATE accounts_subaccount s SET current = s.current + b.current + b.carried
    FROM pg_temp.ledger_batch b
    WHERE s.id = b.subaccount_id AND s.maintained AND s.open_year IS NULL
    RETURNING b.id, s.id AS subaccount_id, s.subject_id, s.branch, coalesce(b.employer, s.employer_ref) AS employer_ref,
              b.kind, b.value_date, b.current + b.carried AS amount, b.month, b.employer_part, b.employee_part
)
INSERT INTO accounts_posting (
    id, voucher_id, subaccount_id, subject, branch, kind, business_date, value_date, current, carried, month,
    employer_ref, employer_part, employee_part)
SELECT m.id, %(voucher)s, m.subaccount_id, m.subject_id, m.branch, m.kind, %(day)s, m.value_date, m.amount, 0, m.month,
       m.employer_ref, m.employer_part, m.employee_part
FROM moved m
ORDER BY m.id
