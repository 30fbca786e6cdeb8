-- What a judged statement amounts to, and its digest: twin of rules/continuity.prove (a test compares them).
SELECT min(host_date), max(host_date), count(*),
       coalesce(sum(signed) FILTER (WHERE signed > 0), 0), -coalesce(sum(signed) FILTER (WHERE signed < 0), 0),
       (array_agg(balance - signed ORDER BY place))[1], (array_agg(balance ORDER BY place DESC))[1],
       encode(sha256(convert_to(string_agg(
           concat_ws('|', to_char(host_date, 'YYYYMMDD'), host_no, signed::numeric(18, 2)::text,
                     balance::numeric(18, 2)::text, CASE WHEN reversal THEN '1' ELSE '0' END),
           E'\n' ORDER BY place), 'UTF8')), 'hex'),
       count(*) FILTER (WHERE notice_id IS NULL), coalesce(sum(signed) FILTER (WHERE notice_id IS NULL), 0)
FROM accounts_stagedstatementline WHERE upload_id = %(upload)s
