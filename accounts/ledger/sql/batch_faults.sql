-- Only the rows that cannot be booked, each with its reason; an empty answer lets the event through.
SELECT b.subaccount_id, b.fault
FROM (
    SELECT subaccount_id, value_date,
           CASE
               WHEN NOT known THEN 'unknown_subaccount'
               WHEN closed THEN 'closed_subaccount'
               WHEN interest_year > open_year + 1 THEN 'value_date_too_late'
               WHEN interest_year IS NOT NULL AND weight IS NULL THEN 'interest_year_missing'
               WHEN current IS NULL OR carried IS NULL OR current <> round(current, 2) OR carried <> round(carried, 2)
                    OR employer_part <> round(employer_part, 2) OR employee_part <> round(employee_part, 2)
                    OR abs(current) + abs(carried) >= 10000000000000000 THEN 'inexact_amount'
               WHEN current = 0 AND carried = 0 AND adjust_current = 0 AND adjust_carried = 0 THEN 'zero_movement'
               WHEN employer_part + employee_part <> current + carried THEN 'parts_differ'
           END AS fault
    FROM pg_temp.ledger_batch
) b
WHERE b.fault IS NOT NULL
ORDER BY b.subaccount_id
LIMIT 1000
