-- Interest of settled years, changed by a movement whose value date lies there. Twin of rules.interest.late_deltas.

-- numerator / divisor rounded once to fen, half up, on integers: a quotient cut at any number of digits may show a five
-- where the exact one lies below it. Twin of money.divide_to_fen.
CREATE FUNCTION ledger_to_fen(numerator numeric, divisor numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sign(numerator) * div(200 * abs(numerator) + divisor, 2 * divisor) * 0.01
$$;

-- What the opening balance weighs in year y.
CREATE FUNCTION ledger_year_weight(y int, method text) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN method = 'months_11_to_0' THEN 360 ELSE make_date(y, 6, 30) - make_date(y - 1, 6, 30) END
$$;

-- Reads pg_temp.ledger_late (subaccount_id, value_date, current, carried: the buckets the movement would have been in),
-- appends interest rows to every settled year from the value date's on, and books the differences in one voucher.
CREATE FUNCTION ledger_late_interest(p_day date, p_voucher bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    x int;
    first_year int;
    last_year int;
    late_voucher bigint;
    moves ledger_move[];
    head accounts_voucher;
    faults jsonb;
BEGIN
    SELECT * INTO head FROM accounts_voucher WHERE id = p_voucher;
    CREATE TEMPORARY TABLE ledger_chain ON COMMIT DROP AS
        SELECT l.subaccount_id, s.open_year, s.branch, s.employer_ref, s.carried, 0::numeric AS earned,
               min(ledger_year(l.value_date)) AS first_year
        FROM pg_temp.ledger_late l JOIN accounts_subaccount s ON s.id = l.subaccount_id
        GROUP BY l.subaccount_id, s.open_year, s.branch, s.employer_ref, s.carried;
    CREATE TEMPORARY TABLE ledger_chain_row (
        subaccount_id bigint, year int, seq int, product_current numeric, product_carried numeric,
        closing_current numeric, closing_carried numeric, rate_current numeric, rate_carried numeric,
        interest numeric, paid numeric
    ) ON COMMIT DROP;
    SELECT min(c.first_year), max(c.open_year) - 1 INTO first_year, last_year FROM ledger_chain c;

    SELECT jsonb_agg(DISTINCT jsonb_build_object('year', y.year, 'fault', CASE
               WHEN iy.application = 'segmented' THEN 'year_segmented' ELSE 'year_not_released' END))
    INTO faults
    FROM generate_series(first_year, last_year) AS y(year)
    LEFT JOIN accounts_interestyear iy ON iy.year = y.year
    WHERE iy.rate_current IS NULL OR iy.rate_carried IS NULL OR iy.application = 'segmented';
    IF faults IS NOT NULL THEN
        RAISE EXCEPTION 'late movement into a year without released rates' USING ERRCODE = 'LG003', DETAIL = faults::text;
    END IF;

    FOR x IN first_year .. last_year LOOP
        INSERT INTO ledger_chain_row
        SELECT c.subaccount_id, x, coalesce(r.seq, 0) + 1, p.current, p.carried,
               coalesce(r.closing_current, 0) + a.own_current,
               coalesce(r.closing_carried, 0) + a.own_carried + a.brought + c.earned,
               t.rate_current, t.rate_carried, i.interest, i.interest - coalesce(r.interest, 0)
        FROM ledger_chain c
        JOIN accounts_interestyear iy ON iy.year = x
        LEFT JOIN LATERAL (
            SELECT * FROM accounts_interestrow row
            WHERE row.subaccount_id = c.subaccount_id AND row.year = x ORDER BY row.seq DESC LIMIT 1
        ) r ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(r.rate_current, iy.rate_current) AS rate_current,
                   coalesce(r.rate_carried, iy.rate_carried) AS rate_carried
        ) t
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(l.current) FILTER (WHERE ledger_year(l.value_date) = x), 0) AS own_current,
                   coalesce(sum(l.carried) FILTER (WHERE ledger_year(l.value_date) = x), 0) AS own_carried,
                   coalesce(sum(l.current + l.carried) FILTER (WHERE ledger_year(l.value_date) < x), 0) AS brought,
                   coalesce(sum(l.current * ledger_weight(l.value_date, x, iy.method))
                            FILTER (WHERE ledger_year(l.value_date) = x), 0) AS product_current,
                   coalesce(sum(l.carried * ledger_weight(l.value_date, x, iy.method))
                            FILTER (WHERE ledger_year(l.value_date) = x), 0) AS product_carried
            FROM pg_temp.ledger_late l WHERE l.subaccount_id = c.subaccount_id
        ) a
        CROSS JOIN LATERAL (
            SELECT coalesce(r.product_current, 0) + a.product_current AS current,
                   coalesce(r.product_carried, 0) + a.product_carried
                   + (a.brought + c.earned) * ledger_year_weight(x, iy.method) AS carried
        ) p
        CROSS JOIN LATERAL (
            SELECT ledger_to_fen(p.current * t.rate_current + p.carried * t.rate_carried, 100 * iy.divisor) AS interest
        ) i
        WHERE c.first_year <= x AND x < c.open_year;
        UPDATE ledger_chain c SET earned = c.earned + r.paid
        FROM ledger_chain_row r WHERE r.subaccount_id = c.subaccount_id AND r.year = x;
    END LOOP;

    -- Interest taken back beyond what is carried comes out of the current year's money.
    SELECT array_agg(ROW(
        nextval('accounts_posting_id_seq'), NULL, 1, c.subaccount_id, true, s.subject_id, c.branch, '0901',
        ledger_year_start(c.open_year), c.open_year, false, ledger_year_weight(c.open_year, iy.method),
        c.earned - greatest(c.earned, -c.carried), greatest(c.earned, -c.carried), 0, 0, NULL, c.employer_ref, NULL,
        NULL, NULL, false, 0, 0, NULL)::ledger_move ORDER BY c.subaccount_id)
    INTO moves
    FROM ledger_chain c
    JOIN accounts_subaccount s ON s.id = c.subaccount_id
    JOIN accounts_interestyear iy ON iy.year = c.open_year
    WHERE c.earned <> 0;

    IF moves IS NOT NULL THEN
        INSERT INTO accounts_voucher (
            event_type, event_id, version, business_date, branch, summary, case_number, operator, operator_name,
            channel, request_id, call, recorded_at, digest, first_posting, last_posting)
        SELECT 'ledger.late_interest', head.id::text, 1, p_day, head.branch, '跨年度补计利息', head.case_number,
               head.operator, head.operator_name, head.channel, head.request_id, head.call, head.recorded_at,
               head.digest, min(m.id), max(m.id)
        FROM unnest(moves) m
        RETURNING id INTO late_voucher;
        SELECT array_agg(ROW(
            m.id, late_voucher, m.n, m.subaccount_id, m.maintained, m.subject, m.branch, m.kind, m.value_date,
            m.interest_year, m.next, m.weight, m.current, m.carried, m.adjust_current, m.adjust_carried, m.month,
            m.employer_ref, m.employer_part, m.employee_part, m.hold, m.late, m.first_current, m.first_carried,
            m.fault)::ledger_move ORDER BY m.id)
        INTO moves FROM unnest(moves) m;
        PERFORM ledger_write_moves(p_day, moves);
        INSERT INTO accounts_line (voucher_id, side, subject, amount, branch, business_date)
        SELECT late_voucher, l.side, l.subject, l.amount, l.branch, p_day
        FROM (
            SELECT 1 AS place, CASE WHEN m.current + m.carried > 0 THEN 'D' ELSE 'C' END AS side, '41101' AS subject,
                   sum(abs(m.current + m.carried)) AS amount, head.branch
            FROM unnest(moves) m GROUP BY 2
            UNION ALL
            SELECT 2, CASE WHEN m.current + m.carried > 0 THEN 'C' ELSE 'D' END, m.subject,
                   sum(abs(m.current + m.carried)), m.branch
            FROM unnest(moves) m GROUP BY 2, 3, 5
        ) l ORDER BY l.place, l.branch, l.side;
    END IF;

    INSERT INTO accounts_interestrow (
        subaccount_id, year, seq, kind, product_current, product_carried, closing_current, closing_carried,
        rate_current, rate_carried, interest, paid, voucher_id)
    SELECT r.subaccount_id, r.year, r.seq, CASE WHEN head.reverses_id IS NULL THEN 'late' ELSE 'reversed' END,
           r.product_current, r.product_carried, r.closing_current, r.closing_carried, r.rate_current,
           r.rate_carried, r.interest, r.paid, coalesce(late_voucher, p_voucher)
    FROM ledger_chain_row r ORDER BY r.subaccount_id, r.year;
    DROP TABLE ledger_chain, ledger_chain_row;
    RETURN late_voucher;
END $$;

-- For the small path: one chain per voucher that has late movements.
CREATE FUNCTION ledger_late_moves(p_day date, p_moves ledger_move[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one bigint;
BEGIN
    FOR one IN SELECT DISTINCT m.voucher_id FROM unnest(p_moves) m WHERE m.late ORDER BY m.voucher_id LOOP
        CREATE TEMPORARY TABLE ledger_late ON COMMIT DROP AS
            SELECT m.subaccount_id, m.value_date, m.first_current AS current, m.first_carried AS carried
            FROM unnest(p_moves) m WHERE m.voucher_id = one AND m.late;
        PERFORM ledger_late_interest(p_day, one);
        DROP TABLE ledger_late;
    END LOOP;
END $$;
