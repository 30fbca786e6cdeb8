-- What one call is to do, for the transaction only. Filled from the caller's rows or SELECT; ordered by account when read.
CREATE TEMPORARY TABLE IF NOT EXISTS roster_stage (
    change_id bigint,
    employer_account_id bigint NOT NULL,
    fund_account_id bigint NOT NULL,
    wage numeric(18, 2),
    base numeric(18, 2),
    employer_amount numeric(18, 2),
    employee_amount numeric(18, 2),
    reason text NOT NULL DEFAULT ''
) ON COMMIT DELETE ROWS
