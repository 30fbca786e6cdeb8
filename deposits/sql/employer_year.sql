-- One fund year of one employer account, from its people's postings: everybody who was ever on its roster, whatever was
-- booked while they were its. Before the year everything is one row, the opening.
WITH mine AS (
    SELECT DISTINCT account.subaccount_id
    FROM accounts_membership AS spell
    JOIN accounts_fundaccount AS account ON account.id = spell.fund_account_id
    WHERE spell.employer_account_id = %(account)s AND account.subaccount_id IS NOT NULL
)
SELECT
    CASE WHEN posting.business_date < %(since)s THEN '' ELSE posting.kind END AS kind,
    CASE WHEN posting.business_date >= %(since)s THEN coalesce(posting.month, 0) ELSE 0 END AS month,
    count(DISTINCT posting.subaccount_id),
    coalesce(sum(posting.employer_part), 0),
    coalesce(sum(posting.employee_part), 0),
    sum(posting.current + posting.carried)
FROM mine
JOIN accounts_posting AS posting
    ON posting.subaccount_id = mine.subaccount_id AND posting.business_date <= %(until)s
    AND posting.employer_ref = %(account)s
WHERE posting.current + posting.carried <> 0
GROUP BY 1, 2
ORDER BY 1, 2
