-- Posting of small events: any number of vouchers, their lines and movements, in one call and one transaction.
-- Large sets go through the statements of batch_*.sql, which do the same to a staging table (a test compares them).
-- Errors carry SQLSTATE LG0xx and, in DETAIL, what is wrong as JSON; accounts/ledger/refusals.py words them.

-- Takes the day's shared lock and only then reads its state: closing flips the state, commits, and takes the lock alone,
-- so that a posting either ends before the totals are drawn or sees that it is too late.
CREATE FUNCTION ledger_enter_day(p_day date, p_batch boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found_state text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7301, p_day - date '2000-01-01');
    SELECT state INTO found_state FROM accounts_daystate WHERE day = p_day;
    IF NOT FOUND AND NOT EXISTS (SELECT FROM accounts_daystate WHERE day > p_day) THEN
        -- The first posting of a new business day opens it; a day that was passed over stays shut.
        INSERT INTO accounts_daystate (day, state) VALUES (p_day, 'open') ON CONFLICT (day) DO NOTHING;
        SELECT state INTO found_state FROM accounts_daystate WHERE day = p_day;
    END IF;
    IF found_state IS NULL THEN
        RAISE EXCEPTION 'business day % is not known', p_day USING ERRCODE = 'LG001';
    ELSIF found_state = 'closed' OR (found_state = 'closing' AND NOT p_batch) THEN
        RAISE EXCEPTION 'business day % is %', p_day, found_state USING ERRCODE = 'LG002';
    END IF;
END $$;

CREATE TYPE ledger_head AS (n int, id bigint, reverses boolean);

-- A movement resolved against its locked subaccount. ``next``: it belongs to the slot of the coming interest year.
-- ``late``: its value date lies in a settled year; it goes into carried, and ``first_*`` say which bucket it would have
-- been in then (late_interest.sql).
CREATE TYPE ledger_move AS (
    id bigint, voucher_id bigint, n int, subaccount_id bigint, maintained boolean, subject text, branch int,
    kind text, value_date date, interest_year int, next boolean, weight int, current numeric, carried numeric,
    adjust_current numeric, adjust_carried numeric, month int, employer_ref bigint, employer_part numeric,
    employee_part numeric, hold bigint, late boolean, first_current numeric, first_carried numeric, fault text
);

-- Locks the subaccounts in id order and resolves every wanted movement: year and slot by value date, weight by the
-- method of the year, and for debits that may spill the split over the two buckets (cumulative over the movements of
-- one subaccount, so that two debits in one call do not count the same money twice).
CREATE FUNCTION ledger_resolve(p_day date, p_moves jsonb, p_ids bigint[], p_heads ledger_head[])
RETURNS ledger_move[] LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    moves ledger_move[];
BEGIN
    WITH wanted AS (
        SELECT w.*, h.id AS voucher_id, coalesce(w.v, p_day) AS value_date
        FROM jsonb_to_recordset(p_moves) AS w(
            i int, n int, sub bigint, c numeric, k numeric, spill boolean, kind text, v date, month int, emp bigint,
            ep numeric, pp numeric, ac numeric, ak numeric, hold bigint)
        JOIN unnest(p_heads) h ON h.n = w.n
    ), locked AS MATERIALIZED (
        SELECT s.id, s.subject_id, s.branch, s.employer_ref, s.maintained, s.open_year, s.closed_on,
               s.current, s.carried, s.next_current, s.next_carried
        FROM accounts_subaccount s
        WHERE s.id IN (SELECT sub FROM wanted) AND s.maintained
        ORDER BY s.id
        FOR NO KEY UPDATE OF s
    ), known AS (
        SELECT * FROM locked
        UNION ALL
        -- Shared rows (a bank account, 211) are never locked: every teller would queue for them.
        SELECT s.id, s.subject_id, s.branch, s.employer_ref, s.maintained, s.open_year, s.closed_on, 0, 0, 0, 0
        FROM accounts_subaccount s
        WHERE s.id IN (SELECT sub FROM wanted) AND NOT s.maintained
    ), placed AS (
        SELECT w.i, w.n, w.voucher_id, w.sub, w.value_date, w.kind, w.month, w.ep, w.pp, w.ac, w.ak, w.hold, w.spill,
               k.id AS known_id, k.maintained, k.subject_id, k.branch, k.closed_on,
               coalesce(w.emp, k.employer_ref) AS employer_ref,
               k.open_year, y.year, coalesce(y.year > k.open_year, false) AS next, y.late,
               w.c AS first_current, w.k AS first_carried,
               -- Where no interest is borne there are no buckets; what is late has been carried over long ago.
               CASE WHEN k.open_year IS NULL THEN w.c + w.k WHEN y.late THEN 0 ELSE w.c END AS c,
               CASE WHEN k.open_year IS NULL THEN 0 WHEN y.late THEN w.c + w.k ELSE w.k END AS k,
               CASE WHEN y.year > k.open_year THEN k.next_current ELSE k.current END AS room_c,
               CASE WHEN y.year > k.open_year THEN k.carried + k.current + k.next_carried ELSE k.carried END AS room_k
        FROM wanted w
        LEFT JOIN known k ON k.id = w.sub
        CROSS JOIN LATERAL (
            SELECT CASE WHEN k.open_year IS NULL THEN NULL
                        ELSE greatest(ledger_year(w.value_date), k.open_year) END AS year,
                   coalesce(w.value_date < ledger_year_start(k.open_year), false) AS late
        ) y
    ), running AS (
        SELECT p.*, sum(CASE WHEN p.spill THEN -p.c ELSE 0 END) OVER w AS sum_c,
               sum(CASE WHEN p.spill THEN -p.k ELSE 0 END) OVER w AS sum_k
        FROM placed p
        WINDOW w AS (PARTITION BY p.sub, p.next ORDER BY p.i)
    ), split AS (
        SELECT r.*,
               CASE WHEN NOT r.spill THEN r.c ELSE
                   least(r.sum_c + r.c, r.room_c) + greatest(r.sum_k + r.k - r.room_k, 0)
                   - least(r.sum_c, r.room_c) - greatest(r.sum_k - r.room_k, 0)
               END AS current,
               CASE WHEN NOT r.spill THEN r.k ELSE
                   least(r.sum_k + r.k, r.room_k) + greatest(r.sum_c + r.c - r.room_c, 0)
                   - least(r.sum_k, r.room_k) - greatest(r.sum_c - r.room_c, 0)
               END AS carried
        FROM running r
    )
    SELECT array_agg(ROW(
        p_ids[s.i], s.voucher_id, s.n, s.sub, s.maintained, s.subject_id, s.branch, s.kind, s.value_date, s.year,
        s.next, CASE WHEN s.year IS NULL THEN 0 ELSE ledger_weight(s.value_date, s.year, iy.method) END,
        s.current, s.carried, s.ac, s.ak, s.month, s.employer_ref, s.ep, s.pp, s.hold,
        s.late, s.first_current, s.first_carried,
        CASE
            WHEN s.known_id IS NULL THEN 'unknown_subaccount'
            WHEN s.closed_on IS NOT NULL THEN 'closed_subaccount'
            WHEN s.year > s.open_year + 1 THEN 'value_date_too_late'
            WHEN s.year IS NOT NULL AND iy.year IS NULL THEN 'interest_year_missing'
        END
    )::ledger_move ORDER BY s.i)
    INTO moves
    FROM split s
    LEFT JOIN accounts_interestyear iy ON iy.year = s.year;
    RETURN moves;
END $$;

-- Planned once per session, with all it calls: its arrays would else be planned anew on every call, at half of its cost.
CREATE FUNCTION ledger_post(
    p_day date, p_batch boolean, p_who jsonb, p_vouchers jsonb, p_lines jsonb, p_moves jsonb
) RETURNS TABLE (n int, voucher_id bigint, replayed boolean)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    ids bigint[];
    heads ledger_head[];
    moves ledger_move[];
    faults jsonb;
    wanted int := jsonb_array_length(p_vouchers);
BEGIN
    PERFORM ledger_enter_day(p_day, p_batch);

    -- Ids first: the header carries the bounds of its postings' ids.
    SELECT array_agg(nextval('accounts_posting_id_seq')) INTO ids FROM generate_series(1, jsonb_array_length(p_moves));
    WITH source AS (
        SELECT * FROM jsonb_to_recordset(p_vouchers) AS v(
            n int, type text, id text, ver int, branch int, summary text, file text, reverses bigint, digest text,
            f int, m int)
    ), added AS (
        INSERT INTO accounts_voucher (
            event_type, event_id, version, business_date, branch, summary, case_number, operator, operator_name,
            channel, request_id, call, recorded_at, reverses_id, digest, first_posting, last_posting)
        SELECT v.type, v.id, v.ver, p_day, v.branch, v.summary, v.file, (p_who->>'operator')::bigint,
               p_who->>'name', p_who->>'channel', p_who->>'request', (p_who->>'call')::bigint,
               (p_who->>'at')::timestamptz, v.reverses, v.digest,
               CASE WHEN v.m > 0 THEN ids[v.f] END, CASE WHEN v.m > 0 THEN ids[v.f + v.m - 1] END
        FROM source v
        ON CONFLICT (event_type, event_id, version) DO NOTHING
        RETURNING id, event_type, event_id, version
    )
    SELECT array_agg(ROW(v.n, a.id, v.reverses IS NOT NULL)::ledger_head) INTO heads
    FROM source v
    JOIN added a ON a.event_type = v.type AND a.event_id = v.id AND a.version = v.ver;

    IF coalesce(cardinality(heads), 0) < wanted THEN
        -- Some events are booked already: the same content gives the same answer, other content is refused.
        SELECT jsonb_agg(jsonb_build_object('event_type', v.type, 'event_id', v.id)) INTO faults
        FROM jsonb_to_recordset(p_vouchers) AS v(type text, id text, ver int, digest text)
        JOIN accounts_voucher b ON b.event_type = v.type AND b.event_id = v.id AND b.version = v.ver
        WHERE b.digest <> v.digest;
        IF faults IS NOT NULL THEN
            RAISE EXCEPTION 'event booked with other content' USING ERRCODE = 'LG011', DETAIL = faults::text;
        END IF;
    END IF;

    IF heads IS NOT NULL THEN
        IF jsonb_array_length(p_moves) > 0 THEN
            moves := ledger_resolve(p_day, p_moves, ids, heads);
        END IF;
        IF moves IS NOT NULL THEN
            SELECT jsonb_agg(jsonb_build_object('subaccount', m.subaccount_id, 'fault', m.fault,
                                                'value_date', m.value_date)) INTO faults
            FROM unnest(moves) m WHERE m.fault IS NOT NULL;
            IF faults IS NOT NULL THEN
                RAISE EXCEPTION 'movements refused' USING ERRCODE = 'LG003', DETAIL = faults::text;
            END IF;
            PERFORM ledger_write_moves(p_day, moves);
        END IF;
        PERFORM ledger_write_lines(p_day, heads, p_lines, moves);
        PERFORM ledger_late_moves(p_day, moves);
    END IF;

    RETURN QUERY
    SELECT v.n, b.id, h.id IS NULL
    FROM jsonb_to_recordset(p_vouchers) AS v(n int, type text, id text, ver int)
    JOIN accounts_voucher b ON b.event_type = v.type AND b.event_id = v.id AND b.version = v.ver
    LEFT JOIN unnest(heads) h ON h.n = v.n;
END $$;

-- Postings, then balances (the row count proves that every subaccount exists and is locked), then holds, then the
-- employers' totals: always in this order, each in key order.
CREATE FUNCTION ledger_write_moves(p_day date, p_moves ledger_move[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    touched int;
    wanted int;
BEGIN
    INSERT INTO accounts_posting (
        id, voucher_id, subaccount_id, subject, branch, kind, business_date, value_date, interest_year, current,
        carried, product_adjust_current, product_adjust_carried, month, employer_ref, employer_part, employee_part)
    SELECT m.id, m.voucher_id, m.subaccount_id, m.subject, m.branch, m.kind, p_day, m.value_date, m.interest_year,
           m.current, m.carried, m.adjust_current, m.adjust_carried, m.month, m.employer_ref, m.employer_part,
           m.employee_part
    FROM unnest(p_moves) m ORDER BY m.id;

    UPDATE accounts_subaccount s SET
        current = s.current + d.current,
        carried = s.carried + d.carried,
        product_current = s.product_current + d.product_current,
        product_carried = s.product_carried + d.product_carried,
        next_current = s.next_current + d.next_current,
        next_carried = s.next_carried + d.next_carried,
        next_product_current = s.next_product_current + d.next_product_current,
        next_product_carried = s.next_product_carried + d.next_product_carried,
        held = s.held - d.held
    FROM (
        SELECT m.subaccount_id,
               coalesce(sum(m.current) FILTER (WHERE NOT m.next), 0) AS current,
               coalesce(sum(m.carried) FILTER (WHERE NOT m.next), 0) AS carried,
               coalesce(sum(m.current * m.weight + m.adjust_current) FILTER (WHERE NOT m.next), 0) AS product_current,
               coalesce(sum(m.carried * m.weight + m.adjust_carried) FILTER (WHERE NOT m.next), 0) AS product_carried,
               coalesce(sum(m.current) FILTER (WHERE m.next), 0) AS next_current,
               coalesce(sum(m.carried) FILTER (WHERE m.next), 0) AS next_carried,
               coalesce(sum(m.current * m.weight + m.adjust_current) FILTER (WHERE m.next), 0) AS next_product_current,
               coalesce(sum(m.carried * m.weight + m.adjust_carried) FILTER (WHERE m.next), 0) AS next_product_carried,
               coalesce(sum(h.amount), 0) AS held
        FROM unnest(p_moves) m
        LEFT JOIN accounts_hold h ON h.id = m.hold AND h.subaccount_id = m.subaccount_id AND h.ended_on IS NULL
        WHERE m.maintained
        GROUP BY m.subaccount_id
    ) d
    WHERE s.id = d.subaccount_id;
    GET DIAGNOSTICS touched = ROW_COUNT;
    SELECT count(DISTINCT m.subaccount_id) INTO wanted FROM unnest(p_moves) m WHERE m.maintained;
    IF touched <> wanted THEN
        RAISE EXCEPTION 'updated % of % subaccounts', touched, wanted USING ERRCODE = 'LG004';
    END IF;

    SELECT count(m.hold) INTO wanted FROM unnest(p_moves) m;
    IF wanted > 0 THEN
        UPDATE accounts_hold h SET outcome = 'posted', ended_on = p_day, voucher_id = m.voucher_id
        FROM unnest(p_moves) m
        WHERE h.id = m.hold AND h.subaccount_id = m.subaccount_id AND h.ended_on IS NULL
          AND -(m.current + m.carried) <= h.amount AND m.current + m.carried < 0;
        GET DIAGNOSTICS touched = ROW_COUNT;
        IF touched <> wanted THEN
            RAISE EXCEPTION 'a hold has ended, is smaller, or is of another account' USING ERRCODE = 'LG010';
        END IF;
    END IF;

    INSERT INTO accounts_unitbalance AS u (employer_ref, subject, branch, balance)
    SELECT m.employer_ref, m.subject, m.branch, sum(m.current + m.carried)
    FROM unnest(p_moves) m
    WHERE m.employer_ref IS NOT NULL AND m.maintained
    GROUP BY m.employer_ref, m.subject, m.branch
    ORDER BY m.employer_ref, m.subject, m.branch
    ON CONFLICT (employer_ref, subject, branch) DO UPDATE SET balance = u.balance + excluded.balance;
END $$;

-- Lines on subjects without a sub-ledger are taken as given. Lines on a sub-ledger subject are drawn from the movements,
-- per branch, and their sum must be what the entry says: so the tie-out per branch holds by construction.
-- A voucher that reverses brings all its lines (red copies of the original); the header check compares them.
CREATE FUNCTION ledger_write_lines(p_day date, p_heads ledger_head[], p_lines jsonb, p_moves ledger_move[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    faults jsonb;
BEGIN
    WITH given AS (
        SELECT l.n, l.i, l.side, l.subject, l.amount, l.branch, h.id AS voucher_id, h.reverses,
               coalesce(s.has_subledger, false) AND NOT h.reverses AS drawn
        FROM jsonb_to_recordset(p_lines) AS l(n int, i int, side text, subject text, amount numeric, branch int)
        JOIN unnest(p_heads) h ON h.n = l.n
        LEFT JOIN accounts_subject s ON s.code = l.subject
    ), drawn AS (
        SELECT m.n, m.voucher_id, m.subject, m.branch,
               CASE WHEN (m.current + m.carried > 0) = (s.side = 'C') THEN 'C' ELSE 'D' END AS side,
               sum(abs(m.current + m.carried)) AS amount
        FROM unnest(p_moves) m
        JOIN unnest(p_heads) h ON h.n = m.n AND NOT h.reverses
        JOIN accounts_subject s ON s.code = m.subject
        WHERE m.current + m.carried <> 0
        GROUP BY 1, 2, 3, 4, 5
    ), written AS (
        INSERT INTO accounts_line (voucher_id, side, subject, amount, branch, business_date)
        SELECT voucher_id, side, subject, amount, branch, p_day
        FROM (
            SELECT voucher_id, side, subject, amount, branch, i FROM given WHERE NOT drawn
            UNION ALL
            SELECT d.voucher_id, d.side, d.subject, d.amount, d.branch,
                   coalesce((SELECT min(g.i) FROM given g
                             WHERE g.n = d.n AND g.subject = d.subject AND g.side = d.side), 0)
            FROM drawn d
        ) every
        ORDER BY voucher_id, i, branch
    )
    SELECT jsonb_agg(jsonb_build_object('n', coalesce(g.n, d.n), 'subject', coalesce(g.subject, d.subject),
                                        'line', coalesce(g.amount, 0), 'movements', coalesce(d.amount, 0)))
    INTO faults
    FROM (SELECT n, subject, side, sum(amount) AS amount FROM given WHERE drawn GROUP BY 1, 2, 3) g
    FULL JOIN (SELECT n, subject, side, sum(amount) AS amount FROM drawn GROUP BY 1, 2, 3) d
        ON d.n = g.n AND d.subject = g.subject AND d.side = g.side
    WHERE coalesce(g.amount, 0) <> coalesce(d.amount, 0);
    IF faults IS NOT NULL THEN
        RAISE EXCEPTION 'lines and movements differ' USING ERRCODE = 'LG007', DETAIL = faults::text;
    END IF;
END $$;
