-- What the staged people bring along who are on another roster than the one their money is counted for (yuan). Locks
-- their units of the ledger, in order, so that nothing is posted between this reading and the movement.
SELECT coalesce(sum(locked.total), 0) FROM (
    SELECT s.current + s.carried + s.next_current + s.next_carried AS total
    FROM accounts_subaccount AS s
    WHERE s.id IN (
        SELECT a.subaccount_id
        FROM roster_stage AS stage
        JOIN accounts_fundaccount AS a ON a.id = stage.fund_account_id
        JOIN accounts_membership AS spell ON spell.fund_account_id = a.id AND spell.to_month = 999912 AND spell.to_month > spell.from_month
        JOIN accounts_subaccount AS unit ON unit.id = a.subaccount_id
        WHERE unit.employer_ref IS DISTINCT FROM spell.employer_account_id
    )
    ORDER BY s.id
    FOR NO KEY UPDATE OF s
) AS locked
