-- Keeps the rows that would change something, with what judging found they mean. The rest of the file is in the file.
INSERT INTO deposits_stagedchange (
    upload_id, line, action_word, name_index, id_no_index, wage, rate, month, reason_word, action, fund_account_id,
    base, employer_amount, employee_amount)
SELECT
    %(upload)s, judged.line, judged.action_word, judged.name_index, judged.id_no_index, judged.wage, judged.rate,
    judged.month, judged.reason_word, judged.action, judged.fund_account_id, judged.base, sides.employer, sides.employee
FROM judged
CROSS JOIN LATERAL deposit_sides(judged.base, %(employer_rate)s, %(employee_rate)s, %(rounding)s) AS sides
WHERE judged.action IS NOT NULL
ORDER BY judged.line
