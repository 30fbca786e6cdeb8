-- Set-based twin of deposits/rules/amounts.py; tests/deposits/test_monthly_amounts_sql.py holds the two together.
-- Written as plain SQL expressions, so that the planner inlines them into the statement over 100,000 people.

-- One side of a month: base (yuan, already within its bounds) times rate (fraction), brought to the precision.
-- An unknown code gives NULL, which the NOT NULL columns of every consumer refuse.
CREATE FUNCTION deposit_amount(base numeric, rate numeric, rounding text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE rounding
        WHEN 'HALF_UP_YUAN' THEN round(base * rate)
        WHEN 'HALF_UP_FEN' THEN round(base * rate, 2)
        WHEN 'FLOOR_YUAN' THEN floor(base * rate)
        WHEN 'CEIL_YUAN' THEN ceil(base * rate)
        WHEN 'CEIL_YUAN_FROM_JIAO' THEN ceil(trunc(base * rate, 1))
        WHEN 'CEIL_JIAO' THEN ceil(base * rate * 10) * 0.1
        WHEN 'HALF_UP_JIAO' THEN round(base * rate, 1)
        WHEN 'FLOOR_JIAO' THEN trunc(base * rate, 1)
    END
$$;

COMMENT ON FUNCTION deposit_amount(numeric, numeric, text) IS '月缴存额的一侧：基数 × 比例，按精度取整';

-- The whole, where a precision rounds the total, is shared by the rates: the employee's part cut to the fen, the
-- employer takes the rest. Everywhere else the two sides are rounded apart.
CREATE FUNCTION deposit_sides(
    base numeric, employer_rate numeric, employee_rate numeric, rounding text,
    OUT employer numeric, OUT employee numeric
)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT
        CASE rounding
            WHEN 'TOTAL_FLOOR_YUAN' THEN floor(base * (employer_rate + employee_rate)) - parts.employee
            ELSE deposit_amount(base, employer_rate, rounding)
        END,
        parts.employee
    FROM (
        SELECT CASE
            WHEN rounding <> 'TOTAL_FLOOR_YUAN' THEN deposit_amount(base, employee_rate, rounding)
            WHEN employer_rate + employee_rate = 0 THEN 0
            -- Twenty places: the divisor has four digits, so a quotient that is not whole fen stays clear of them.
            ELSE trunc((floor(base * (employer_rate + employee_rate)) * employee_rate)::numeric(40, 20)
                       / (employer_rate + employee_rate), 2)
        END AS employee
    ) AS parts
$$;

COMMENT ON FUNCTION deposit_sides(numeric, numeric, numeric, text) IS '月缴存额两侧：单位、职工';
