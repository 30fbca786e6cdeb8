-- A staged row beside its locked subaccount: year, slot and weight by value date, buckets, and what is wrong with it.
-- Where no interest is borne there are no buckets; what is late has been carried over long ago (batch_spill.sql may have
-- split it already). Twin of ledger_resolve. OFFSET 0 keeps the planner from working each expression out again wherever
-- it is used.
    SELECT b.id, b.subaccount_id, b.subject, b.branch, b.employer_ref, b.open_year, b.kind, b.value_date,
           b.open_year + b.next::int AS interest_year, b.next, b.late,
           CASE WHEN b.open_year IS NULL THEN 0
                ELSE ledger_weight(b.value_date, b.open_year + b.next::int, iy.method) END AS weight,
           CASE WHEN b.open_year IS NULL THEN b.current + b.carried
                WHEN b.late AND b.first_current IS NULL THEN 0 ELSE b.current END AS current,
           CASE WHEN b.open_year IS NULL THEN 0
                WHEN b.late AND b.first_current IS NULL THEN b.current + b.carried ELSE b.carried END AS carried,
           b.current + b.carried AS amount, b.adjust_current, b.adjust_carried, b.month, b.employer_part,
           b.employee_part,
           CASE
               WHEN b.open_year IS NOT NULL AND iy.year IS NULL AND b.fault IS NULL THEN 'interest_year_missing'
               ELSE b.fault
           END AS fault
    FROM (
        SELECT raw.*, s.subject_id AS subject, s.branch, s.open_year,
               coalesce(raw.employer, s.employer_ref) AS employer_ref,
               coalesce(raw.value_date > make_date(s.open_year, 6, 30), false) AS next,
               coalesce(raw.value_date < make_date(s.open_year - 1, 7, 1), false) AS late,
               CASE
                   WHEN s.id IS NULL THEN 'unknown_subaccount'
                   WHEN s.closed_on IS NOT NULL THEN 'closed_subaccount'
                   WHEN raw.value_date > make_date(s.open_year + 1, 6, 30) THEN 'value_date_too_late'
                   WHEN raw.current IS NULL OR raw.carried IS NULL
                        OR scale(raw.current) > 2 AND raw.current <> round(raw.current, 2)
                        OR scale(raw.carried) > 2 AND raw.carried <> round(raw.carried, 2)
                        OR scale(raw.employer_part) > 2 AND raw.employer_part <> round(raw.employer_part, 2)
                        OR scale(raw.employee_part) > 2 AND raw.employee_part <> round(raw.employee_part, 2)
                        OR abs(raw.current) + abs(raw.carried) >= 10000000000000000 THEN 'inexact_amount'
                   WHEN raw.current = 0 AND raw.carried = 0 AND raw.adjust_current = 0 AND raw.adjust_carried = 0
                        THEN 'zero_movement'
                   WHEN raw.employer_part + raw.employee_part <> raw.current + raw.carried THEN 'parts_differ'
               END AS fault
        FROM pg_temp.ledger_batch raw
        LEFT JOIN accounts_subaccount s ON s.id = raw.subaccount_id AND s.maintained
        OFFSET 0
    ) b
    LEFT JOIN accounts_interestyear iy ON iy.year = b.open_year + b.next::int
    OFFSET 0
