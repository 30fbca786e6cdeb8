-- Numbers before rows, so that every table is written once and in order.
UPDATE opening_stage AS s
SET is_new = s.person_id IS NULL,
    person_id = coalesce(s.person_id, nextval(pg_get_serial_sequence('accounts_person', 'id'))),
    fund_account_id = nextval(pg_get_serial_sequence('accounts_fundaccount', 'id'))
