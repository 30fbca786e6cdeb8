-- What has ended is empty (T10): a closed subaccount has no balance and nothing held; and nothing stays held for weeks
-- (B09): whoever held it has forgotten it, or the bank was never asked.
SELECT 'not_empty', s.id, s.subject_id, s.current + s.carried + s.next_current + s.next_carried
FROM accounts_subaccount s
WHERE s.closed_on IS NOT NULL
  AND (s.current, s.carried, s.next_current, s.next_carried, s.held) <> (0, 0, 0, 0, 0)
UNION ALL
SELECT 'held_long', h.subaccount_id, s.subject_id, h.amount
FROM accounts_hold h JOIN accounts_subaccount s ON s.id = h.subaccount_id
WHERE h.ended_on IS NULL AND h.business_date < %(long_ago)s
ORDER BY 1, 2
LIMIT %(limit)s
