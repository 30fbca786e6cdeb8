-- The journal of the special accounts: ledger lines on their subjects that are not in it yet, with what identifies each
-- at the bank: the line that told of it, or the instruction it carries out ("payment:18", "payment_line:7").
INSERT INTO accounts_journalentry
    (special_account_id, line_id, voucher_id, business_date, amount, host_no, host_date, business_no, batch_no,
     counter_account_index, counter_name, summary, reverses_voucher)
SELECT a.id, l.id, v.id, l.business_date, CASE WHEN l.side = 'D' THEN l.amount ELSE -l.amount END,
       coalesce(n.host_no, nullif(ltrim(pl.host_no, '0'), ''), nullif(ltrim(p.host_no, '0'), ''), ''),
       coalesce(n.host_date, pl.host_date, p.host_date),
       coalesce(p.business_no || CASE WHEN pl.no IS NULL THEN '' ELSE '-' || pl.no END, ''),
       coalesce(p.batch_no, ''),
       coalesce(n.counter_account_index, CASE WHEN pl.id IS NULL THEN p.counter_account_index END),
       coalesce(n.counter_name, pl.name, p.counter_name, ''), v.summary, v.reverses_id
FROM accounts_specialaccount a
JOIN accounts_line l ON l.subject = a.subject_id AND l.business_date >= %(since)s
JOIN accounts_voucher v ON v.id = l.voucher_id
LEFT JOIN accounts_banknotice n ON n.voucher = v.id AND n.special_account_id = a.id
    AND n.amount = CASE WHEN l.side = 'D' THEN l.amount ELSE -l.amount END
LEFT JOIN accounts_paymentline pl
    ON pl.id = CASE WHEN v.event_id ~ '^payment_line:\d{1,18}$' THEN substr(v.event_id, 14)::bigint END
LEFT JOIN accounts_paymentinstruction p
    ON p.id = coalesce(pl.instruction_id,
                       CASE WHEN v.event_id ~ '^payment:\d{1,18}$' THEN substr(v.event_id, 9)::bigint END)
WHERE a.id = ANY(%(accounts)s)
  AND NOT EXISTS (SELECT FROM accounts_journalentry e WHERE e.line_id = l.id)
ORDER BY l.id
