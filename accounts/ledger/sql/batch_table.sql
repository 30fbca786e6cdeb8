DROP TABLE IF EXISTS pg_temp.ledger_batch;
CREATE TEMPORARY TABLE ledger_batch (
    id bigint, subaccount_id bigint, known boolean, subject varchar, branch int, closed boolean, kind varchar,
    value_date date, interest_year int, open_year int, next boolean, weight int, late boolean, current numeric,
    carried numeric, first_current numeric, first_carried numeric, adjust_current numeric, adjust_carried numeric,
    month int, employer_ref bigint, employer_part numeric, employee_part numeric, spill boolean
) ON COMMIT DROP
