-- One pass over the event: what it comes to per subject, branch, employer and direction, what is special about it, and
-- sums that tie every amount and value date to its account (for the digest).
SELECT r.subject, r.branch, r.employer_ref, r.grows, sum(r.amount) AS amount, count(*) AS rows,
       count(r.fault) AS faults, count(*) FILTER (WHERE r.open_year IS NULL) AS plain,
       count(*) FILTER (WHERE r.late) AS late, bool_or(r.special) AS special,
       sum(r.subaccount_id * r.amount) AS amounts_by_account,
       sum((r.subaccount_id %% 1000003) * (r.value_date - date '2000-01-01')) AS dates_by_account,
       min(r.id) AS first, max(r.id) AS last
FROM (
    SELECT x.*, x.amount > 0 AS grows,
           x.next OR x.late OR x.carried <> 0 OR x.adjust_current <> 0 OR x.adjust_carried <> 0 AS special
    FROM (
{resolved}
    ) x
) r
GROUP BY r.subject, r.branch, r.employer_ref, r.grows
ORDER BY r.subject, r.branch, r.employer_ref, r.grows
