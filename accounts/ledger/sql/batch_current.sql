-- Balances and postings of an event that is nothing special: each subaccount once, money of the open year. Two figures
-- move, and what the posting needs of the subaccount comes back from moving them.
WITH moved AS (
    UPDATE accounts_subaccount s SET
        current = s.current + b.current,
        product_current = s.product_current + b.current * ledger_weight(b.value_date, s.open_year, iy.method)
    FROM pg_temp.ledger_batch b, accounts_interestyear iy
    WHERE s.id = b.subaccount_id AND s.maintained AND iy.year = s.open_year
    RETURNING b.id, s.id AS subaccount_id, s.subject_id, s.branch, coalesce(b.employer, s.employer_ref) AS employer_ref,
              s.open_year, b.kind, b.value_date, b.current, b.month, b.employer_part, b.employee_part
)
INSERT INTO accounts_posting (
    id, voucher_id, subaccount_id, subject, branch, kind, business_date, value_date, interest_year, current, carried,
    month, employer_ref, employer_part, employee_part)
SELECT m.id, %(voucher)s, m.subaccount_id, m.subject_id, m.branch, m.kind, %(day)s, m.value_date, m.open_year,
       m.current, 0, m.month, m.employer_ref, m.employer_part, m.employee_part
FROM moved m
ORDER BY m.id
