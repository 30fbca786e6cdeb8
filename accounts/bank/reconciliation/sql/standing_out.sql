-- What stood out at the end of a day (未达账项): items of that day or before whose other side was not there by then. A
-- match counts as of its latest member; matches whose members are all of that day or before count as cleared.
WITH later AS (
    -- Matches made since shortly before that day: earlier ones were whole by then (a host books a day ahead at most).
    SELECT m.id, coalesce(m.together, -m.id) AS together, m.notice_id, m.entry_id
    FROM accounts_bankmatch m
    WHERE m.special_account_id = %(account)s AND m.undone_at IS NULL AND m.matched_on >= %(day)s::date - 3
), members AS (
    SELECT l.together, n.id AS notice_id, NULL::bigint AS entry_id, n.host_date AS day, n.amount
    FROM later l JOIN accounts_banknotice n ON n.id = l.notice_id
    UNION ALL
    SELECT l.together, NULL, e.id, e.business_date, e.amount FROM later l JOIN accounts_journalentry e ON e.id = l.entry_id
), spanning AS (
    SELECT m.* FROM members m
    WHERE m.day <= %(day)s AND EXISTS (SELECT FROM members x WHERE x.together = m.together AND x.day > %(day)s)
), listed AS (
    SELECT notice_id, entry_id FROM accounts_outstandingitem
    WHERE special_account_id = %(account)s AND state <> 'cleared'
    UNION
    SELECT n.id, NULL FROM accounts_banknotice n
    WHERE n.special_account_id = %(account)s AND n.received_on >= %(since)s
      AND NOT EXISTS (SELECT FROM accounts_bankmatch m WHERE m.notice_id = n.id AND m.undone_at IS NULL)
    UNION
    SELECT NULL, e.id FROM accounts_journalentry e
    WHERE e.special_account_id = %(account)s AND e.business_date >= %(since)s
      AND NOT EXISTS (SELECT FROM accounts_bankmatch m WHERE m.entry_id = e.id AND m.undone_at IS NULL)
), standing AS (
    SELECT notice_id, entry_id FROM spanning UNION SELECT notice_id, entry_id FROM listed
)
SELECT CASE WHEN n.id IS NOT NULL THEN CASE WHEN n.amount > 0 THEN 'bank_in' ELSE 'bank_out' END
            WHEN e.amount > 0 THEN 'centre_in' ELSE 'centre_out' END AS klass,
       coalesce(n.host_date, e.business_date) AS day, coalesce(n.amount, e.amount) AS amount,
       coalesce(n.counter_name, e.counter_name) AS counter_name, coalesce(n.host_no, nullif(e.host_no, ''), '') AS host_no,
       coalesce(n.summary || ' ' || n.remark, e.summary) AS words, e.voucher_id, coalesce(o.explanation, '') AS explanation
FROM standing s
LEFT JOIN accounts_banknotice n ON n.id = s.notice_id
LEFT JOIN accounts_journalentry e ON e.id = s.entry_id
LEFT JOIN accounts_outstandingitem o ON o.notice_id = s.notice_id OR o.entry_id = s.entry_id
WHERE coalesce(n.host_date, e.business_date) <= %(day)s
ORDER BY 2, 1, n.id, e.id
