-- The last month paid for each unit of the ledger and not taken back (个人缴至年月), and how many months were.
SELECT subaccount_id, max(month), count(*)
FROM (
    SELECT p.subaccount_id, p.month
    FROM accounts_posting AS p
    WHERE p.subaccount_id = ANY (%s) AND p.kind IN ('01', '02') AND p.month IS NOT NULL
    GROUP BY p.subaccount_id, p.month
    HAVING sum(p.current + p.carried) > 0
) AS paid
GROUP BY subaccount_id
