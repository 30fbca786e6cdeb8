-- Postings, in the order they were staged in: by subaccount.
INSERT INTO accounts_posting (
    id, voucher_id, subaccount_id, subject, branch, kind, business_date, value_date, interest_year, current, carried,
    product_adjust_current, product_adjust_carried, month, employer_ref, employer_part, employee_part)
SELECT r.id, %(voucher)s, r.subaccount_id, r.subject, r.branch, r.kind, %(day)s, r.value_date, r.interest_year,
       r.current, r.carried, r.adjust_current, r.adjust_carried, r.month, r.employer_ref, r.employer_part,
       r.employee_part
FROM (
{resolved}
) r
ORDER BY r.id
