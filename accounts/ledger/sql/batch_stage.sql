-- Stages the movements of a large event: locks their subaccounts in id order and resolves each row against them.
-- The source is the caller's SELECT, completed to the columns of batch.COLUMNS; rows come out in subaccount order, with
-- the ids their postings will have, so that the largest index of the postings is filled in order.
INSERT INTO pg_temp.ledger_batch (
    id, subaccount_id, known, subject, branch, closed, kind, value_date, interest_year, open_year, next, weight, late,
    current, carried, first_current, first_carried, adjust_current, adjust_carried, month, employer_ref, employer_part,
    employee_part, spill)
WITH source AS MATERIALIZED (
    {source}
), locked AS MATERIALIZED (
    SELECT s.id, s.subject_id, s.branch, s.employer_ref, s.open_year, s.closed_on
    FROM accounts_subaccount s
    WHERE s.id IN (SELECT subaccount FROM source) AND s.maintained
    ORDER BY s.id
    FOR NO KEY UPDATE OF s
), ordered AS (
    SELECT r.*, l.id IS NOT NULL AS known, l.subject_id, l.branch, l.closed_on IS NOT NULL AS closed,
           coalesce(r.employer, l.employer_ref) AS employer_ref, l.open_year,
           CASE WHEN l.open_year IS NULL THEN NULL ELSE greatest(ledger_year(r.value_date), l.open_year) END AS year,
           coalesce(r.value_date < ledger_year_start(l.open_year), false) AS late
    FROM source r
    LEFT JOIN locked l ON l.id = r.subaccount
    ORDER BY r.subaccount
)
SELECT nextval('accounts_posting_id_seq'), o.subaccount, o.known, o.subject_id, o.branch, o.closed, o.kind,
       o.value_date, o.year, o.open_year, coalesce(o.year > o.open_year, false),
       CASE WHEN o.year IS NULL THEN 0 ELSE ledger_weight(o.value_date, o.year, iy.method) END, o.late,
       CASE WHEN o.open_year IS NULL THEN o.current + o.carried WHEN o.late THEN 0 ELSE o.current END,
       CASE WHEN o.open_year IS NULL THEN 0 WHEN o.late THEN o.current + o.carried ELSE o.carried END,
       CASE WHEN o.late THEN o.current END, CASE WHEN o.late THEN o.carried END, o.adjust_current, o.adjust_carried,
       o.month, o.employer_ref, o.employer_part, o.employee_part, o.spill
FROM ordered o
LEFT JOIN accounts_interestyear iy ON iy.year = o.year
