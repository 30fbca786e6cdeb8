-- Vouchers of the days from a day on that no declared event stands behind, or that book on a side and subject their event's
-- template does not; a red copy is measured by what it takes back. And dates: a voucher, its lines and movements are of
-- one day, its legal number of that day's month.
WITH allowed AS (
    SELECT * FROM unnest(%(events)s::text[], %(sides)s::text[], %(subjects)s::text[]) AS a(event_type, side, subject)
), vouchers AS (
    SELECT v.id, v.business_date, coalesce(o.event_type, v.event_type) AS event_type
    FROM accounts_voucher v LEFT JOIN accounts_voucher o ON o.id = v.reverses_id
    WHERE v.business_date >= %(since)s
)
SELECT 'undeclared', v.id, v.event_type
FROM vouchers v
WHERE NOT EXISTS (SELECT FROM allowed a WHERE a.event_type = v.event_type)
UNION ALL
SELECT DISTINCT 'off_template', v.id, l.side || ' ' || l.subject
FROM vouchers v
JOIN accounts_line l ON l.voucher_id = v.id
WHERE EXISTS (SELECT FROM allowed a WHERE a.event_type = v.event_type)
  AND NOT EXISTS (
      SELECT FROM allowed a
      WHERE a.event_type = v.event_type AND a.side = l.side AND starts_with(l.subject, a.subject))
UNION ALL
SELECT DISTINCT 'other_day', v.id, l.business_date::text
FROM vouchers v JOIN accounts_line l ON l.voucher_id = v.id AND l.business_date <> v.business_date
UNION ALL
SELECT DISTINCT 'other_day', p.voucher_id, p.business_date::text
FROM accounts_posting p JOIN accounts_voucher v ON v.id = p.voucher_id
WHERE p.business_date >= %(since)s AND p.business_date <> v.business_date
UNION ALL
SELECT 'other_month', v.id, n.month::text
FROM vouchers v JOIN accounts_vouchernumber n ON n.voucher_id = v.id
WHERE n.month <> to_char(v.business_date, 'YYYYMM')::int
ORDER BY 1, 2, 3
LIMIT %(limit)s
