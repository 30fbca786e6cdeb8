-- What stands against each staged account, everything at once: (fund account, code, word, month).
-- %(kind)s is seal, unseal, transfer_in or base. Runs after the accounts are locked. One pass over the stage: a row
-- without a fault leaves it at the WHERE.
WITH facts AS (
    SELECT
        s.fund_account_id,
        s.reason = '' AND %(kind)s = 'seal' AS unexplained,
        a.id IS NULL OR a.fund_kind <> owner.fund_kind OR a.closed_on IS NOT NULL OR spell.id IS NULL AS unknown,
        spell.employer_account_id = s.employer_account_id AS here,
        spell.employer_account_id,
        spell.sealed,
        spell.from_month > %(month)s AND %(kind)s <> 'base' AS early,
        spell.from_month,
        paid.month AS paid_month,
        a.base_from > %(month)s AND %(kind)s <> 'seal' AS rebased,
        a.base_from,
        %(kind)s = 'transfer_in' AND EXISTS (
            SELECT FROM accounts_restriction AS r
            WHERE r.fund_account_id = s.fund_account_id AND r.kind = 'freeze' AND r.lifted_on IS NULL
              AND r.starts_on <= %(today)s AND (r.until IS NULL OR r.until >= %(today)s)
        ) AS frozen
    FROM roster_stage AS s
    JOIN accounts_employeraccount AS owner ON owner.id = s.employer_account_id
    LEFT JOIN accounts_fundaccount AS a ON a.id = s.fund_account_id
    LEFT JOIN accounts_membership AS spell ON spell.fund_account_id = a.id AND spell.to_month = 999912
        AND spell.to_month > spell.from_month
    LEFT JOIN LATERAL (
        -- The last month from this one on that was paid for the person and not taken back.
        SELECT p.month FROM accounts_posting AS p
        WHERE %(kind)s IN ('unseal', 'transfer_in') AND p.subaccount_id = a.subaccount_id
            AND p.kind IN ('01', '02') AND p.month >= %(month)s
        GROUP BY p.month HAVING sum(p.current + p.carried) > 0
        ORDER BY p.month DESC LIMIT 1
    ) AS paid ON true
), faulty AS (
    SELECT facts.*, array_remove(ARRAY[
        CASE WHEN unknown THEN 'ROSTER-UNKNOWN' END,
        CASE WHEN unexplained THEN 'R10' END,
        CASE WHEN NOT unknown AND NOT here AND %(kind)s <> 'transfer_in' THEN 'ROSTER-ELSEWHERE' END,
        CASE WHEN here AND sealed AND %(kind)s IN ('seal', 'base') THEN 'R05' END,
        CASE WHEN here AND NOT sealed AND %(kind)s IN ('unseal', 'transfer_in') THEN 'R05' END,
        CASE WHEN here AND sealed AND %(kind)s = 'transfer_in' THEN 'ROSTER-UNSEAL' END,
        CASE WHEN NOT here AND NOT sealed AND %(kind)s = 'transfer_in' THEN 'R06' END,
        CASE WHEN early THEN 'ROSTER-EARLY' END,
        CASE WHEN paid_month IS NOT NULL THEN 'ROSTER-PAID' END,
        CASE WHEN rebased THEN 'ROSTER-BASE' END,
        CASE WHEN frozen THEN 'R17' END
    ], NULL) AS codes
    FROM facts
)
SELECT DISTINCT found.fund_account_id, code,
    CASE code
        WHEN 'R05' THEN CASE WHEN found.sealed THEN '封存' ELSE '正常' END
        WHEN 'R06' THEN employer.name
        WHEN 'ROSTER-ELSEWHERE' THEN employer.name
        ELSE ''
    END AS word,
    CASE code
        WHEN 'ROSTER-EARLY' THEN found.from_month
        WHEN 'ROSTER-PAID' THEN found.paid_month
        WHEN 'ROSTER-BASE' THEN found.base_from
        ELSE 0
    END AS month
FROM (SELECT * FROM faulty WHERE cardinality(codes) > 0 ORDER BY fund_account_id LIMIT %(limit)s) AS found
CROSS JOIN LATERAL unnest(found.codes) AS code
LEFT JOIN accounts_employeraccount AS account ON account.id = found.employer_account_id
LEFT JOIN accounts_employer AS employer ON employer.id = account.employer_id
UNION ALL
SELECT fund_account_id, 'R04', '', 0 FROM roster_stage GROUP BY fund_account_id HAVING count(*) > 1
ORDER BY fund_account_id, code
LIMIT %(limit)s
