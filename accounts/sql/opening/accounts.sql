INSERT INTO accounts_fundaccount (
    id, number, person_id, fund_kind, status, branch_id, wage, base, employer_amount, employee_amount, base_from,
    first_month, subaccount_id, opened_on)
OVERRIDING SYSTEM VALUE
SELECT s.fund_account_id, accounts_person_number(), s.person_id, %(fund_kind)s, '01', %(branch)s, s.wage, s.base,
    s.employer_amount, s.employee_amount, %(month)s, %(month)s, sub.id, %(today)s
FROM opening_stage AS s
JOIN accounts_subaccount AS sub
    ON sub.subject_id = %(subject)s AND sub.owner_kind = %(owner)s AND sub.owner_ref = s.fund_account_id
ORDER BY s.fund_account_id
