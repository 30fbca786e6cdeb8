CREATE TEMPORARY TABLE ledger_late ON COMMIT DROP AS
SELECT r.subaccount_id, r.value_date,
       coalesce(b.first_current, b.current) AS current, coalesce(b.first_carried, b.carried) AS carried
FROM (
{resolved}
) r
JOIN pg_temp.ledger_batch b ON b.id = r.id
WHERE r.late
