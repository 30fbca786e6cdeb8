-- 核定等式 of each wanted (employer account, month): the previous register against the roster of the month, person by
-- person, so that it balances by construction, whichever way a change came about.
WITH wanted AS (
    SELECT * FROM unnest(%(accounts)s::bigint[], %(months)s::integer[]) AS w (account_id, month)
),
previous AS (
    SELECT DISTINCT ON (wanted.account_id) wanted.account_id, remittance.id
    FROM wanted
    JOIN deposits_remittance AS remittance
        ON remittance.employer_account_id = wanted.account_id AND remittance.month < wanted.month
        AND remittance.state <> 'revoked'
    ORDER BY wanted.account_id, remittance.month DESC
),
was AS (
    SELECT previous.account_id, line.fund_account_id, line.employer_amount + line.employee_amount AS amount
    FROM previous JOIN deposits_remittanceline AS line ON line.remittance_id = previous.id
),
now AS (
    SELECT
        wanted.account_id, spell.fund_account_id, account.employer_amount, account.employee_amount,
        account.employer_amount + account.employee_amount AS amount
    FROM wanted
    JOIN accounts_membership AS spell
        ON spell.employer_account_id = wanted.account_id
        AND spell.to_month > wanted.month AND spell.from_month <= wanted.month AND NOT spell.sealed
    JOIN accounts_fundaccount AS account ON account.id = spell.fund_account_id
)
SELECT
    account_id,
    count(was.amount),
    coalesce(sum(was.amount), 0),
    count(*) FILTER (WHERE was.amount IS NULL),
    coalesce(sum(now.amount) FILTER (WHERE was.amount IS NULL), 0),
    count(*) FILTER (WHERE now.amount IS NULL),
    coalesce(sum(was.amount) FILTER (WHERE now.amount IS NULL), 0),
    count(*) FILTER (WHERE now.amount <> was.amount),
    coalesce(sum(now.amount - was.amount), 0),
    count(now.amount),
    coalesce(sum(now.employer_amount), 0),
    coalesce(sum(now.employee_amount), 0)
FROM was FULL JOIN now USING (account_id, fund_account_id)
GROUP BY account_id
