DROP TABLE IF EXISTS pg_temp.ledger_batch;
CREATE TEMPORARY TABLE ledger_batch (
    id bigint, subaccount_id bigint, known boolean, maintained boolean, subject varchar, branch int, closed boolean,
    kind varchar, value_date date, interest_year int, open_year int, next boolean, weight int,
    current numeric, carried numeric, month int, employer_ref bigint, employer_part numeric, employee_part numeric
) ON COMMIT DROP
