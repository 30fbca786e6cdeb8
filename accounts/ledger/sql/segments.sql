-- Years whose rates change inside them (SEGMENTED): what the later rates add, from the postings of each account.

-- Σ Q (r' - r) in yuan × days × percent: Q counts every amount of the year, and what was brought into it, from the day
-- of the change. It cannot be derived from the products. The postings of an account merged into this one count with it:
-- the merge moved what its products knew, and here they are read again.
CREATE FUNCTION ledger_segment_gain(
    p_subaccounts bigint[], p_year int, p_rate_current numeric, p_rate_carried numeric, p_since date[],
    p_current numeric[], p_carried numeric[])
RETURNS TABLE (subaccount_id bigint, gain numeric) LANGUAGE sql STABLE AS $$
    WITH RECURSIVE family AS (
        SELECT one AS root, one AS member FROM unnest(p_subaccounts) AS one
        UNION
        SELECT f.root, o.subaccount_id
        FROM family f
        JOIN accounts_posting m ON m.subaccount_id = f.member AND m.kind = '0601' AND m.current + m.carried > 0
        JOIN accounts_voucher v ON v.id = m.voucher_id
        JOIN accounts_posting o ON o.id BETWEEN v.first_posting AND v.last_posting
            AND o.business_date = v.business_date AND o.voucher_id = v.id AND o.current + o.carried < 0
    ), steps AS (
        SELECT s.since, iy.method,
               s.rate_current - coalesce(lag(s.rate_current) OVER w, p_rate_current) AS rise_current,
               s.rate_carried - coalesce(lag(s.rate_carried) OVER w, p_rate_carried) AS rise_carried
        FROM unnest(p_since, p_current, p_carried) AS s(since, rate_current, rate_carried)
        JOIN accounts_interestyear iy ON iy.year = p_year
        WINDOW w AS (ORDER BY s.since)
    )
    SELECT f.root,
           sum(CASE WHEN p.interest_year = p_year THEN p.current ELSE 0 END
               * ledger_weight(greatest(p.value_date, s.since), p_year, s.method) * s.rise_current
               + CASE WHEN p.interest_year = p_year THEN p.carried ELSE p.current + p.carried END
               * ledger_weight(greatest(p.value_date, s.since), p_year, s.method) * s.rise_carried)
    FROM family f
    JOIN accounts_posting p ON p.subaccount_id = f.member AND p.interest_year <= p_year
    CROSS JOIN steps s
    GROUP BY f.root
$$;
