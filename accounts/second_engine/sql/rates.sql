-- Years, how they count, and their rates in hundred-thousandths of a percent, each from its first day.
SELECT y.year, y.method = 'months_11_to_0', y.divisor, make_date(y.year - 1, 7, 1), (y.rate_current * 100000)::bigint,
       (y.rate_carried * 100000)::bigint, y.application = 'segmented'
FROM accounts_interestyear y
UNION ALL
SELECT y.year, y.method = 'months_11_to_0', y.divisor, s.since, (s.rate_current * 100000)::bigint,
       (s.rate_carried * 100000)::bigint, true
FROM accounts_interestsegment s
JOIN accounts_interestyear y ON y.year = s.year_id
ORDER BY 1, 4
