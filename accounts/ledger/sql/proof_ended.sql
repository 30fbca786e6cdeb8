-- What has ended is empty (T10): a closed subaccount has no balance and nothing held.
SELECT s.id, s.subject_id, s.current + s.carried + s.next_current + s.next_carried
FROM accounts_subaccount s
WHERE s.closed_on IS NOT NULL
  AND (s.current, s.carried, s.next_current, s.next_carried, s.held) <> (0, 0, 0, 0, 0)
ORDER BY s.id
LIMIT %(limit)s
