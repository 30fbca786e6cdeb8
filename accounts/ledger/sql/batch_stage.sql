-- Stages the movements of a large event in subaccount order, with the ids their postings will have, so that the largest
-- index of the postings is filled in order. The source is the caller's SELECT, completed to the columns of
-- batch.COLUMNS.
INSERT INTO pg_temp.ledger_batch (
    id, subaccount_id, current, carried, kind, value_date, month, employer, employer_part, employee_part,
    adjust_current, adjust_carried, spill)
SELECT nextval('accounts_posting_id_seq'), o.*
FROM (
    SELECT source.* FROM (
{source}
    ) AS source ORDER BY source.subaccount
) o
