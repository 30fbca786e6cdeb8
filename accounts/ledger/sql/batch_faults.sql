-- Only the rows that cannot be booked, each with its reason.
SELECT r.subaccount_id, r.fault
FROM (
{resolved}
) r
WHERE r.fault IS NOT NULL
ORDER BY r.subaccount_id, r.id
LIMIT 1000
