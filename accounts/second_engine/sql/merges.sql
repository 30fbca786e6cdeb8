-- Which account was emptied into which: (source, target).
WITH moved AS (
    SELECT v.id, p.subaccount_id, sum(p.current + p.carried) AS amount
    FROM accounts_voucher v
    JOIN accounts_posting p ON p.id BETWEEN v.first_posting AND v.last_posting AND p.business_date = v.business_date
        AND p.voucher_id = v.id
    WHERE v.event_type = 'accounts.merge_accounts'
    GROUP BY v.id, p.subaccount_id
)
SELECT gone.subaccount_id, kept.subaccount_id
FROM moved gone
JOIN moved kept ON kept.id = gone.id AND kept.amount = -gone.amount
WHERE gone.amount < 0
ORDER BY 1
