-- Balances of any event: several rows of one subaccount, both buckets and slots, adjusted products.
UPDATE accounts_subaccount s SET
    current = s.current + d.current,
    carried = s.carried + d.carried,
    product_current = s.product_current + d.product_current,
    product_carried = s.product_carried + d.product_carried,
    next_current = s.next_current + d.next_current,
    next_carried = s.next_carried + d.next_carried,
    next_product_current = s.next_product_current + d.next_product_current,
    next_product_carried = s.next_product_carried + d.next_product_carried
FROM (
    SELECT r.subaccount_id,
           sum(CASE WHEN r.next THEN 0 ELSE r.current END) AS current,
           sum(CASE WHEN r.next THEN 0 ELSE r.carried END) AS carried,
           sum(CASE WHEN r.next THEN 0 ELSE r.current * r.weight + r.adjust_current END) AS product_current,
           sum(CASE WHEN r.next THEN 0 ELSE r.carried * r.weight + r.adjust_carried END) AS product_carried,
           sum(CASE WHEN r.next THEN r.current ELSE 0 END) AS next_current,
           sum(CASE WHEN r.next THEN r.carried ELSE 0 END) AS next_carried,
           sum(CASE WHEN r.next THEN r.current * r.weight + r.adjust_current ELSE 0 END) AS next_product_current,
           sum(CASE WHEN r.next THEN r.carried * r.weight + r.adjust_carried ELSE 0 END) AS next_product_carried
    FROM (
{resolved}
    ) r
    GROUP BY r.subaccount_id
) d
WHERE s.id = d.subaccount_id
