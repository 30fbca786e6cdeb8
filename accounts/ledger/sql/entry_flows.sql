-- What vouchers of certain entries booked in a period, with the red copies that answer them: per entry, subject, branch.
-- Meant for entries of the period's end (carrying over, sweeping, distributing): a few vouchers a month, found by event.
WITH wanted AS (
    SELECT * FROM unnest(%(events)s::text[], %(entries)s::text[]) AS w(event_type, entry)
), vouchers AS (
    SELECT w.entry, v.id FROM wanted w JOIN accounts_voucher v ON v.event_type = w.event_type
), every AS (
    SELECT entry, id FROM vouchers
    UNION ALL
    SELECT v.entry, r.id FROM vouchers v JOIN accounts_voucher r ON r.reverses_id = v.id
)
SELECT e.entry, l.subject, l.branch,
       coalesce(sum(l.amount) FILTER (WHERE l.side = 'D'), 0), coalesce(sum(l.amount) FILTER (WHERE l.side = 'C'), 0)
FROM every e
JOIN accounts_line l ON l.voucher_id = e.id
WHERE l.business_date BETWEEN %(since)s AND %(until)s
GROUP BY e.entry, l.subject, l.branch
ORDER BY 1, 2, 3
