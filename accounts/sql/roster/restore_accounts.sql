-- State, branch and base as the spells and records now say. An account that is on no roster any more was opened by the
-- change itself: it ends as 其他 on the day it was taken back.
UPDATE accounts_fundaccount AS a
SET status = CASE WHEN spell.id IS NULL THEN '99' WHEN spell.sealed THEN '02' ELSE '01' END,
    closed_on = CASE WHEN spell.id IS NULL THEN %(today)s::date END,
    branch_id = coalesce(employer.branch_id, a.branch_id),
    wage = coalesce(record.wage, a.wage),
    base = coalesce(record.base, a.base),
    employer_amount = coalesce(record.employer_amount, a.employer_amount),
    employee_amount = coalesce(record.employee_amount, a.employee_amount),
    base_from = coalesce(record.from_month, a.base_from),
    version = a.version + 1
FROM roster_stage AS s
LEFT JOIN accounts_membership AS spell ON spell.fund_account_id = s.fund_account_id AND spell.to_month = 999912 AND spell.to_month > spell.from_month
LEFT JOIN accounts_employeraccount AS account ON account.id = spell.employer_account_id
LEFT JOIN accounts_employer AS employer ON employer.id = account.employer_id
LEFT JOIN LATERAL (
    SELECT b.wage, b.base, b.employer_amount, b.employee_amount, b.from_month
    FROM accounts_baserecord AS b
    WHERE b.fund_account_id = s.fund_account_id AND NOT b.undone
    ORDER BY b.from_month DESC, b.change_id DESC
    LIMIT 1
) AS record ON true
WHERE a.id = s.fund_account_id
