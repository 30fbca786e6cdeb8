-- The interest calendar, once for every statement. Twin of accounts/ledger/rules/calendar.py (a test compares them).
-- Plain SQL functions of immutable parts: the planner inlines them into the statement that calls them.

-- The interest year a value date falls in: 1 July 2025 to 30 June 2026 is 2026.
CREATE FUNCTION ledger_year(v date) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT extract(year FROM v)::int + (extract(month FROM v) >= 7)::int
$$;

CREATE FUNCTION ledger_year_start(y int) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT make_date(y - 1, 7, 1) $$;

-- Days an amount of value date v earns in year y; from before the year it earns the whole year, like the opening
-- balance. months_11_to_0 counts months of thirty days from the month after v.
CREATE FUNCTION ledger_weight(v date, y int, method text) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN method = 'months_11_to_0' THEN
            CASE WHEN v < make_date(y - 1, 7, 1) THEN 360 ELSE 30 * ((18 - extract(month FROM v)::int) % 12) END
        ELSE make_date(y, 6, 30) - greatest(v, make_date(y - 1, 7, 1)) + 1
    END
$$;
