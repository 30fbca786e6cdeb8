-- Everybody a change touched, into the stage: whose open spell it began, whose base it recorded.
INSERT INTO roster_stage (change_id, employer_account_id, fund_account_id)
SELECT %(change)s, m.employer_account_id, m.fund_account_id
FROM accounts_membership AS m
LEFT JOIN accounts_baserecord AS b
    ON b.fund_account_id = m.fund_account_id AND b.from_month = %(month)s AND b.change_id = %(change)s AND NOT b.undone
WHERE m.employer_account_id = %(account)s AND m.to_month = 999912
    AND (m.opened_by_id = %(change)s OR b.change_id IS NOT NULL)
