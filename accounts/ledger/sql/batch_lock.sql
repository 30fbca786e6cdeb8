-- Locks the subaccounts of the event in id order, and counts them: as many as rows means each is there, and once.
SELECT count(*)
FROM (
    SELECT s.id FROM accounts_subaccount s
    WHERE s.id IN (SELECT b.subaccount_id FROM pg_temp.ledger_batch b) AND s.maintained
    ORDER BY s.id
    FOR NO KEY UPDATE OF s
) locked
