-- How many people came under each head, and a new version of the employers whose rosters they were on.
WITH done AS (
    SELECT change_id, count(*) AS heads FROM opening_stage GROUP BY change_id
), counted AS (
    UPDATE accounts_rosterchange AS c SET heads = c.heads + done.heads
    FROM done
    WHERE c.id = done.change_id
    RETURNING c.employer_account_id
)
UPDATE accounts_employer AS e SET version = e.version + 1
WHERE e.id IN (
    SELECT account.employer_id FROM accounts_employeraccount AS account
    WHERE account.id IN (SELECT employer_account_id FROM counted)
)
