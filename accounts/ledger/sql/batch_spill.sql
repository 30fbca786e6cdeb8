-- Debits that may spill: each takes its own bucket first and the other one for the rest, cumulatively over the rows of
-- one subaccount. Twin of the split in ledger_resolve.
UPDATE pg_temp.ledger_batch b SET current = d.current, carried = d.carried
FROM (
    SELECT r.id,
           least(r.sum_c + r.current, r.room_c) + greatest(r.sum_k + r.carried - r.room_k, 0)
           - least(r.sum_c, r.room_c) - greatest(r.sum_k - r.room_k, 0) AS current,
           least(r.sum_k + r.carried, r.room_k) + greatest(r.sum_c + r.current - r.room_c, 0)
           - least(r.sum_k, r.room_k) - greatest(r.sum_c - r.room_c, 0) AS carried
    FROM (
        SELECT x.id, x.current, x.carried, sum(-x.current) OVER w AS sum_c, sum(-x.carried) OVER w AS sum_k,
               CASE WHEN x.next THEN s.next_current ELSE s.current END AS room_c,
               CASE WHEN x.next THEN s.carried + s.current + s.next_carried ELSE s.carried END AS room_k
        FROM pg_temp.ledger_batch x
        JOIN accounts_subaccount s ON s.id = x.subaccount_id
        WHERE x.spill AND x.current <= 0 AND x.carried <= 0 AND x.interest_year IS NOT NULL
        WINDOW w AS (PARTITION BY x.subaccount_id, x.next ORDER BY x.id)
    ) r
) d
WHERE b.id = d.id AND (b.current, b.carried) <> (d.current, d.carried)
