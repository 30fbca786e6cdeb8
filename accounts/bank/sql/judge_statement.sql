-- An uploaded statement, typed further and set in the order of the account. Steps are run in order by
-- accounts/bank/statement_files.py.
-- step
-- One signed amount from the columns a bank uses: income and expense, or amount with a side. Host numbers without the
-- zeros one bank prefixes; times with or without colons, midnight where the bank writes none.
UPDATE accounts_stagedstatementline AS s
SET signed = CASE
        WHEN coalesce(s.received, 0) <> 0 AND coalesce(s.paid, 0) = 0 THEN s.received
        WHEN coalesce(s.paid, 0) <> 0 AND coalesce(s.received, 0) = 0 THEN -s.paid
        WHEN s.received IS NULL AND s.paid IS NULL AND s.amount <> 0 THEN
            CASE WHEN s.side_word IN ('借', '借方', '支出', 'D', '付') THEN -s.amount ELSE s.amount END
    END,
    host_no = coalesce(nullif(ltrim(s.host_word, '0'), ''), '0'),
    host_time = CASE
        WHEN s.time_word IS NULL THEN time '00:00'
        WHEN s.time_word ~ '^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?(\.\d+)?$' THEN s.time_word::time
        WHEN s.time_word ~ '^([01]\d|2[0-3])([0-5]\d){2}$' THEN
            make_time(substr(s.time_word, 1, 2)::int, substr(s.time_word, 3, 2)::int, substr(s.time_word, 5, 2)::int)
    END,
    reversal = coalesce(s.reversal_word, '') IN ('1', '是', 'Y', '冲正', '红字')
WHERE s.upload_id = %(upload)s
-- step
-- Some banks print the newest line first. The way up on which fewer balances break is the account's order.
WITH seen AS (
    SELECT line, signed, balance,
           lag(balance) OVER (ORDER BY line) + signed <> balance AS breaks_down,
           lead(balance) OVER (ORDER BY line) + signed <> balance AS breaks_up
    FROM accounts_stagedstatementline WHERE upload_id = %(upload)s
), way AS (
    SELECT count(*) FILTER (WHERE breaks_up) < count(*) FILTER (WHERE breaks_down) AS newest_first FROM seen
), placed AS (
    SELECT line, CASE WHEN (SELECT newest_first FROM way) THEN row_number() OVER (ORDER BY line DESC)
                      ELSE row_number() OVER (ORDER BY line) END AS place
    FROM accounts_stagedstatementline WHERE upload_id = %(upload)s
)
UPDATE accounts_stagedstatementline AS s
SET place = p.place,
    notice_id = (
        SELECT n.id FROM accounts_banknotice n
        WHERE n.special_account_id = %(account)s AND n.host_date = s.host_date AND n.host_no = s.host_no
          AND n.amount = s.signed AND n.reversal = s.reversal
    )
FROM placed p
WHERE s.upload_id = %(upload)s AND p.line = s.line
-- step
-- Every finding of every line at once.
INSERT INTO servicehub_sheetfinding (upload_id, line, "column", code, severity, shown, suggestion, facts)
WITH rows AS (
    SELECT s.*, lag(s.balance) OVER chain AS previous, lag(s.line) OVER chain AS previous_line,
           min(s.line) OVER (PARTITION BY s.host_date, s.host_no, s.signed, s.reversal) AS first_line
    FROM accounts_stagedstatementline s WHERE s.upload_id = %(upload)s
    WINDOW chain AS (ORDER BY s.place)
)
SELECT %(upload)s, line, 'received', 'S01', 'error', '', '', '{}'::jsonb FROM rows
WHERE signed IS NULL AND NOT EXISTS (
    SELECT FROM servicehub_sheetfinding f
    WHERE f.upload_id = %(upload)s AND f.line = rows.line AND f."column" IN ('received', 'paid', 'amount')
      AND f.severity = 'error'
)
UNION ALL
SELECT %(upload)s, line, 'balance', 'S02', 'error', to_char(balance, 'FM999,999,999,999,990.00'), '',
       jsonb_build_object('line', previous_line, 'previous', to_char(previous, 'FM999,999,999,999,990.00'),
                          'gap', to_char(balance - previous - signed, 'FM999,999,999,999,990.00'))
FROM rows WHERE previous + signed <> balance
UNION ALL
SELECT %(upload)s, line, 'host_word', 'S03', 'error', host_word, '', jsonb_build_object('line', first_line)
FROM rows WHERE first_line < line AND host_no IS NOT NULL
UNION ALL
SELECT %(upload)s, line, 'time_word', 'S04', 'error', left(time_word, 20), '', '{}'::jsonb
FROM rows WHERE time_word IS NOT NULL AND host_time IS NULL
UNION ALL
SELECT %(upload)s, r.line, 'balance', 'S05', 'error', to_char(r.balance, 'FM999,999,999,999,990.00'), '',
       jsonb_build_object('told', to_char(n.balance, 'FM999,999,999,999,990.00'))
FROM rows r JOIN accounts_banknotice n ON n.id = r.notice_id WHERE n.balance <> r.balance
UNION ALL
SELECT %(upload)s, line, 'host_date', 'S06', 'error', host_date::text, '', '{}'::jsonb FROM rows
WHERE host_date > %(today)s
UNION ALL
SELECT %(upload)s, line, 'own_account', 'S07', 'error', left(own_account, 32), %(account_no)s, '{}'::jsonb FROM rows
WHERE own_account <> %(account_no)s
UNION ALL
-- A workbook cuts long host numbers. The same day, amount and balance are the same line, whatever its number became.
SELECT %(upload)s, r.line, 'host_word', 'S08', 'error', r.host_word, n.host_no, '{}'::jsonb
FROM rows r JOIN accounts_banknotice n ON n.special_account_id = %(account)s AND n.host_date = r.host_date
                                      AND n.amount = r.signed AND n.balance = r.balance
WHERE r.notice_id IS NULL AND n.host_no <> r.host_no
UNION ALL
SELECT %(upload)s, 0, '', 'S09', 'warning', '', '',
       jsonb_build_object('count', count(*), 'total', to_char(sum(n.amount), 'FM999,999,999,999,990.00'))
FROM accounts_banknotice n
WHERE n.special_account_id = %(account)s
  AND n.host_date BETWEEN (SELECT min(host_date) FROM rows) AND (SELECT max(host_date) FROM rows)
  AND NOT EXISTS (SELECT FROM rows r WHERE r.notice_id = n.id)
HAVING count(*) > 0
UNION ALL
SELECT %(upload)s, 0, '', 'S10', 'warning', '', '',
       jsonb_build_object('opening', to_char(o.opening, 'FM999,999,999,999,990.00'),
                          'before', to_char(b.balance, 'FM999,999,999,999,990.00'))
FROM (SELECT balance - signed AS opening, host_date FROM rows ORDER BY place LIMIT 1) o
CROSS JOIN LATERAL (
    SELECT n.balance FROM accounts_banknotice n
    WHERE n.special_account_id = %(account)s AND n.host_date < o.host_date
    ORDER BY n.host_date DESC, n.host_time DESC, n.id DESC LIMIT 1
) b
WHERE o.opening <> b.balance
