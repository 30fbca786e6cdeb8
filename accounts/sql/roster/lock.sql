-- In the order of their numbers, always: two writers of overlapping sets then wait for each other instead of dying.
SELECT count(*) FROM (
    SELECT a.id FROM accounts_fundaccount AS a
    WHERE a.id IN (SELECT fund_account_id FROM roster_stage)
    ORDER BY a.id
    FOR NO KEY UPDATE OF a
) AS locked
