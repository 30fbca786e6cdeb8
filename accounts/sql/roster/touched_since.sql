-- Somebody was changed again afterwards: what came later is taken back first.
SELECT EXISTS (
    SELECT FROM roster_stage AS s
    JOIN accounts_baserecord AS b ON b.fund_account_id = s.fund_account_id
    WHERE b.change_id > %(change)s AND NOT b.undone
) OR EXISTS (
    SELECT FROM roster_stage AS s
    JOIN accounts_membership AS m ON m.fund_account_id = s.fund_account_id
    WHERE m.opened_by_id > %(change)s AND m.to_month > m.from_month
)
