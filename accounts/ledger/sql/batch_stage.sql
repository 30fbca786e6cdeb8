-- Stages the movements of a large event: locks their subaccounts in id order and resolves each row against them.
-- The source is the caller's SELECT, completed to the columns of batch.COLUMNS; rows come out in subaccount order, with the ids their
-- postings will have, so that the largest index of the postings is filled in order.
INSERT INTO pg_temp.ledger_batch (
    id, subaccount_id, known, maintained, subject, branch, closed, kind, value_date, interest_year, open_year, next,
    weight, current, carried, month, employer_ref, employer_part, employee_part)
WITH source AS MATERIALIZED (
    {source}
), locked AS MATERIALIZED (
    SELECT s.id, s.subject_id, s.branch, s.employer_ref, s.maintained, s.open_year, s.closed_on
    FROM accounts_subaccount s
    WHERE s.id IN (SELECT subaccount FROM source) AND s.maintained
    ORDER BY s.id
    FOR NO KEY UPDATE OF s
), ordered AS (
    SELECT r.*, l.id IS NOT NULL AS known, l.maintained, l.subject_id, l.branch, l.closed_on IS NOT NULL AS closed,
           coalesce(r.employer, l.employer_ref) AS employer_ref, l.open_year,
           CASE WHEN l.open_year IS NULL THEN NULL ELSE greatest(ledger_year(r.value_date), l.open_year) END AS year
    FROM source r
    LEFT JOIN locked l ON l.id = r.subaccount
    ORDER BY r.subaccount
)
SELECT nextval('accounts_posting_id_seq'), o.subaccount, o.known, o.maintained, o.subject_id, o.branch, o.closed, o.kind,
       o.value_date, o.year, o.open_year, coalesce(o.year > o.open_year, false),
       CASE WHEN o.year IS NULL THEN 0 ELSE ledger_weight(o.value_date, o.year, iy.method) END,
       CASE WHEN o.open_year IS NULL THEN o.current + o.carried ELSE o.current END,
       CASE WHEN o.open_year IS NULL THEN 0 ELSE o.carried END,
       o.month, o.employer_ref, o.employer_part, o.employee_part
FROM ordered o
LEFT JOIN accounts_interestyear iy ON iy.year = o.year
