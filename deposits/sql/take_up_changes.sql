-- Good rows of an upload become lines of the month's change list. New accounts are not among them: their words must
-- be encrypted first, which SQL cannot do.
INSERT INTO deposits_changeline (
    change_list_id, action, fund_account_id, person_index, wage, base_before, base_after, amount_before, amount_after,
    employer_before, employer_amount, reason, upload_id, line, case_no, made_by_id, made_at, is_live, applied)
SELECT %(change_list)s, s.action, s.fund_account_id, s.id_no_index, s.wage, account.base,
    CASE WHEN leaves.yes THEN NULL ELSE s.base END,
    CASE WHEN joins.yes THEN 0 ELSE account.employer_amount + account.employee_amount END,
    CASE WHEN leaves.yes THEN 0 ELSE s.employer_amount + s.employee_amount END,
    CASE WHEN joins.yes THEN 0 ELSE account.employer_amount END,
    CASE WHEN leaves.yes THEN 0 ELSE s.employer_amount END,
    coalesce(reasons.code, ''), %(kept_upload)s, %(kept_line)s * s.line, '', %(operator)s, %(at)s, true, false
FROM deposits_stagedchange AS s
JOIN accounts_fundaccount AS account ON account.id = s.fund_account_id
LEFT JOIN unnest(%(reason_words)s::text[], %(reason_codes)s::text[]) AS reasons(word, code) ON reasons.word = s.reason_word
CROSS JOIN LATERAL (SELECT s.action IN ('unseal', 'transfer_in') AS yes) AS joins
CROSS JOIN LATERAL (SELECT s.action IN ('seal', 'transfer_out') AS yes) AS leaves
WHERE s.upload_id = %(upload)s AND s.line > 0 AND s.action = ANY (%(actions)s::text[]) AND s.action <> 'open'
    AND NOT EXISTS (
        SELECT FROM servicehub_sheetfinding AS finding
        WHERE finding.upload_id = %(upload)s AND finding.line = s.line AND finding.severity = 'error'
    )
ORDER BY s.line
