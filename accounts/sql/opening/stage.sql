-- The people one call opens accounts for, for the transaction only. Numbers, names, mobiles and cards arrive encrypted
-- and indexed: nothing readable touches a table, not even this one.
CREATE TEMPORARY TABLE IF NOT EXISTS opening_stage (
    change_id bigint,
    employer_account_id bigint NOT NULL,
    line integer NOT NULL,
    id_type text NOT NULL,
    id_number bytea NOT NULL,
    id_index bytea NOT NULL,
    name bytea NOT NULL,
    name_index bytea NOT NULL,
    name_key text NOT NULL,
    sex text NOT NULL,
    birth_date date,
    mobile bytea,
    mobile_index bytea,
    bank_card bytea,
    bank_card_index bytea,
    bank_name text NOT NULL,
    wage numeric(18, 2) NOT NULL,
    base numeric(18, 2) NOT NULL,
    employer_amount numeric(18, 2) NOT NULL,
    employee_amount numeric(18, 2) NOT NULL,
    person_id bigint,
    is_new boolean NOT NULL DEFAULT false,
    fund_account_id bigint
) ON COMMIT DELETE ROWS
