-- Documents that were booked: when, as of which day, by which voucher.
UPDATE deposits_remittance AS r
SET state = %(state)s, posted_on = %(posted_on)s, value_date = paid.value_date, voucher_id = paid.voucher
FROM unnest(%(remittances)s::bigint[], %(value_dates)s::date[], %(vouchers)s::bigint[])
    AS paid (remittance, value_date, voucher)
WHERE r.id = paid.remittance
