-- Keeps on the staged rows what judging found they mean; only rows that change something are touched.
UPDATE deposits_stagedchange AS s
SET action = judged.action,
    fund_account_id = judged.fund_account_id,
    base = judged.base,
    employer_amount = sides.employer,
    employee_amount = sides.employee
FROM judged
CROSS JOIN LATERAL deposit_sides(judged.base, %(employer_rate)s, %(employee_rate)s, %(rounding)s) AS sides
WHERE s.id = judged.id AND judged.action IS NOT NULL
