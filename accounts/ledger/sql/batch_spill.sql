-- Debits that may spill: each takes its own bucket first and the other one for the rest, cumulatively over the rows of
-- one subaccount. What is late takes carried first, and keeps the buckets it would have been in. Twin of the split in
-- ledger_resolve.
UPDATE pg_temp.ledger_batch b SET
    current = d.current, carried = d.carried, first_current = d.first_current, first_carried = d.first_carried
FROM (
    SELECT r.id, r.first_current, r.first_carried,
           least(r.sum_c + r.current, r.room_c) + greatest(r.sum_k + r.carried - r.room_k, 0)
           - least(r.sum_c, r.room_c) - greatest(r.sum_k - r.room_k, 0) AS current,
           least(r.sum_k + r.carried, r.room_k) + greatest(r.sum_c + r.current - r.room_c, 0)
           - least(r.sum_k, r.room_k) - greatest(r.sum_c - r.room_c, 0) AS carried
    FROM (
        SELECT x.id, x.current, x.carried, sum(-x.current) OVER w AS sum_c, sum(-x.carried) OVER w AS sum_k,
               CASE WHEN x.late THEN x.wanted_current END AS first_current,
               CASE WHEN x.late THEN x.wanted_carried END AS first_carried,
               CASE WHEN x.next THEN s.next_current ELSE s.current END AS room_c,
               CASE WHEN x.next THEN s.carried + s.current + s.next_carried ELSE s.carried END AS room_k
        FROM (
            SELECT resolved.*, raw.spill, raw.current AS wanted_current, raw.carried AS wanted_carried
            FROM (
{resolved}
            ) resolved
            JOIN pg_temp.ledger_batch raw ON raw.id = resolved.id
        ) x
        JOIN accounts_subaccount s ON s.id = x.subaccount_id
        WHERE x.spill AND x.current <= 0 AND x.carried <= 0 AND x.interest_year IS NOT NULL
        WINDOW w AS (PARTITION BY x.subaccount_id, x.next ORDER BY x.id)
    ) r
) d
WHERE b.id = d.id
