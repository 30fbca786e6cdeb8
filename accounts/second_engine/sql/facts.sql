-- What moved in these accounts, in the order it was booked: fen, value date, bucket. Interest the year's end or a late
-- movement brought is not among it: it is what is computed here. What takes something back tells what it was.
SELECT p.subaccount_id, p.value_date, p.business_date, p.kind, (p.current * 100)::bigint, (p.carried * 100)::bigint,
       (red.current * 100)::bigint, (red.carried * 100)::bigint, red.business_date
FROM accounts_posting p
LEFT JOIN LATERAL (
    SELECT first.current, first.carried, first.business_date
    FROM accounts_voucher taking
    JOIN accounts_voucher taken ON taken.id = taking.reverses_id
    JOIN accounts_posting first ON first.id BETWEEN taken.first_posting AND taken.last_posting
        AND first.business_date = taken.business_date AND first.voucher_id = taken.id
        AND first.subaccount_id = p.subaccount_id AND first.value_date = p.value_date
        AND first.current + first.carried = -(p.current + p.carried)
    WHERE taking.id = p.voucher_id AND p.business_date > p.value_date
    ORDER BY first.id
    LIMIT 1
) red ON true
WHERE p.subaccount_id BETWEEN %(first)s AND %(last)s AND p.kind NOT IN ('09', '0901')
ORDER BY p.subaccount_id, p.id
