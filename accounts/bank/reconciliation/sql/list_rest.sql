-- What no pass could pair goes on the list (or stays there); what was paired since leaves it. Steps run by passes.py.
-- step
INSERT INTO accounts_outstandingitem
    (special_account_id, notice_id, klass, amount, arose_on, found_on, rivals, state, explanation, explained_by, by_hand)
SELECT l.account, l.id, CASE WHEN l.amount > 0 THEN 'bank_in' ELSE 'bank_out' END, l.amount, l.day, %(day)s,
       coalesce(r.rivals, 0), 'open', '', '', false
FROM rest_line l
LEFT JOIN (SELECT account, amount, count(*) AS rivals FROM rest_entry GROUP BY account, amount) r
    ON r.account = l.account AND r.amount = l.amount
ON CONFLICT (notice_id) DO UPDATE
    SET rivals = excluded.rivals, cleared_on = NULL,
        state = CASE WHEN accounts_outstandingitem.state = 'cleared' THEN 'open' ELSE accounts_outstandingitem.state END
-- step
INSERT INTO accounts_outstandingitem
    (special_account_id, entry_id, klass, amount, arose_on, found_on, rivals, state, explanation, explained_by, by_hand)
SELECT e.account, e.id, CASE WHEN e.amount > 0 THEN 'centre_in' ELSE 'centre_out' END, e.amount, j.business_date,
       %(day)s, coalesce(r.rivals, 0), 'open', '', '', false
FROM rest_entry e JOIN accounts_journalentry j ON j.id = e.id
LEFT JOIN (SELECT account, amount, count(*) AS rivals FROM rest_line GROUP BY account, amount) r
    ON r.account = e.account AND r.amount = e.amount
ON CONFLICT (entry_id) DO UPDATE
    SET rivals = excluded.rivals, cleared_on = NULL,
        state = CASE WHEN accounts_outstandingitem.state = 'cleared' THEN 'open' ELSE accounts_outstandingitem.state END
-- step
UPDATE accounts_outstandingitem o SET state = 'cleared', cleared_on = %(day)s
WHERE o.special_account_id = ANY(%(accounts)s) AND o.state <> 'cleared' AND NOT o.by_hand
  AND NOT EXISTS (SELECT FROM rest_line l WHERE l.id = o.notice_id)
  AND NOT EXISTS (SELECT FROM rest_entry e WHERE e.id = o.entry_id)
-- step
UPDATE accounts_specialaccount SET reconciled_on = %(day)s WHERE id = ANY(%(accounts)s)
