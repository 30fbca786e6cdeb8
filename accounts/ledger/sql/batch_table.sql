DROP TABLE IF EXISTS pg_temp.ledger_batch;
CREATE TEMPORARY TABLE ledger_batch (
    id bigint, subaccount_id bigint, current numeric, carried numeric, kind varchar, value_date date, month int,
    employer bigint, employer_part numeric, employee_part numeric, adjust_current numeric, adjust_carried numeric,
    spill boolean, first_current numeric, first_carried numeric
) ON COMMIT DROP
