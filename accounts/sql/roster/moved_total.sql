-- Per head, what the staged people bring along who are on another roster than the one their money is counted for (yuan),
-- how many they are, and whether both buckets of everybody are on the same side. Locks their units of the ledger, in
-- order, so that nothing is posted between this reading and the movement.
SELECT change_id, sum(current + carried), count(*), bool_and(current >= 0 AND carried >= 0)
FROM (
    SELECT moving.change_id, s.current + s.next_current AS current, s.carried + s.next_carried AS carried
    FROM accounts_subaccount AS s
    JOIN (
        SELECT stage.change_id, unit.id
        FROM roster_stage AS stage
        JOIN accounts_fundaccount AS a ON a.id = stage.fund_account_id
        JOIN accounts_membership AS spell ON spell.fund_account_id = a.id AND spell.to_month = 999912
            AND spell.to_month > spell.from_month
        JOIN accounts_subaccount AS unit ON unit.id = a.subaccount_id
        WHERE unit.employer_ref IS DISTINCT FROM spell.employer_account_id
    ) AS moving ON moving.id = s.id
    ORDER BY s.id
    FOR NO KEY UPDATE OF s
) AS locked
GROUP BY change_id
