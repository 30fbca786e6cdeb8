-- Lines of the sub-ledger subjects: an increase stands on the subject's own side, a decrease on the other.
SELECT CASE WHEN (b.current + b.carried > 0) = (s.side = 'C') THEN 'C' ELSE 'D' END AS side,
       b.subject, sum(abs(b.current + b.carried)) AS amount, b.branch
FROM pg_temp.ledger_batch b
JOIN accounts_subject s ON s.code = b.subject
WHERE b.current + b.carried <> 0
GROUP BY 1, 2, 4
ORDER BY 2, 4, 1
