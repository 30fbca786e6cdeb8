INSERT INTO accounts_fundaccount (
    id, number, person_id, fund_kind, status, branch_id, wage, base, employer_amount, employee_amount, base_from,
    first_month, subaccount_id, opened_on)
OVERRIDING SYSTEM VALUE
SELECT s.fund_account_id, accounts_person_number(), s.person_id, owner.fund_kind, '01', employer.branch_id, s.wage, s.base,
    s.employer_amount, s.employee_amount, %(month)s, %(month)s, sub.id, %(today)s
FROM opening_stage AS s
JOIN accounts_employeraccount AS owner ON owner.id = s.employer_account_id
JOIN accounts_employer AS employer ON employer.id = owner.employer_id
JOIN accounts_subaccount AS sub
    ON sub.subject_id = %(subject)s AND sub.owner_kind = %(owner)s AND sub.owner_ref = s.fund_account_id
ORDER BY s.fund_account_id
