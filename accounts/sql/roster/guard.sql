-- What stands against each staged account, everything at once: (fund account, code, word, month).
-- %(kind)s is seal, unseal, transfer_in or base. Runs after the accounts are locked.
WITH staged AS (
    SELECT s.*, count(*) OVER (PARTITION BY s.fund_account_id) AS times FROM roster_stage AS s
), facts AS (
    SELECT
        s.fund_account_id, s.reason, s.times, s.base,
        a.id IS NULL AS unknown,
        a.fund_kind <> %(fund_kind)s AS other_kind,
        a.status NOT IN ('01', '02') AS closed,
        a.paid_through,
        spell.employer_account_id = %(account)s AS here,
        spell.sealed,
        spell.from_month,
        employer.name AS employer
    FROM staged AS s
    LEFT JOIN accounts_fundaccount AS a ON a.id = s.fund_account_id
    LEFT JOIN accounts_membership AS spell ON spell.fund_account_id = a.id AND spell.to_month = 999912
    LEFT JOIN accounts_employeraccount AS account ON account.id = spell.employer_account_id
    LEFT JOIN accounts_employer AS employer ON employer.id = account.employer_id
), found AS (
    SELECT fund_account_id, 'ROSTER-UNKNOWN' AS code, '' AS word, 0 AS month FROM facts
    WHERE unknown OR other_kind OR closed OR from_month IS NULL
    UNION ALL
    SELECT fund_account_id, 'R04', '', 0 FROM facts WHERE times > 1
    UNION ALL
    SELECT fund_account_id, 'ROSTER-ELSEWHERE', employer, 0 FROM facts
    WHERE NOT here AND %(kind)s IN ('seal', 'unseal', 'base')
    UNION ALL
    SELECT fund_account_id, 'R05', CASE WHEN sealed THEN '封存' ELSE '正常' END, 0 FROM facts
    WHERE here AND (
        (sealed AND %(kind)s IN ('seal', 'base')) OR (NOT sealed AND %(kind)s IN ('unseal', 'transfer_in'))
    )
    UNION ALL
    SELECT fund_account_id, 'ROSTER-UNSEAL', '', 0 FROM facts WHERE here AND sealed AND %(kind)s = 'transfer_in'
    UNION ALL
    SELECT fund_account_id, 'R06', employer, 0 FROM facts WHERE NOT here AND NOT sealed AND %(kind)s = 'transfer_in'
    UNION ALL
    SELECT fund_account_id, 'R10', '', 0 FROM facts WHERE reason = '' AND %(kind)s = 'seal'
    UNION ALL
    SELECT fund_account_id, 'ROSTER-EARLY', '', from_month FROM facts
    WHERE %(month)s < from_month AND %(kind)s IN ('seal', 'unseal', 'transfer_in')
    UNION ALL
    SELECT fund_account_id, 'ROSTER-PAID', '', paid_through FROM facts
    WHERE %(month)s <= paid_through AND %(kind)s IN ('unseal', 'transfer_in')
    UNION ALL
    SELECT fund_account_id, 'ROSTER-BASE', '', later.from_month FROM facts
    CROSS JOIN LATERAL (
        SELECT b.from_month FROM accounts_baserecord AS b
        WHERE b.fund_account_id = facts.fund_account_id AND b.from_month > %(month)s AND NOT b.undone
        ORDER BY b.from_month DESC LIMIT 1
    ) AS later
    WHERE facts.base IS NOT NULL
    UNION ALL
    SELECT fund_account_id, 'R17', '', 0 FROM facts
    WHERE %(kind)s = 'transfer_in' AND EXISTS (
        SELECT FROM accounts_restriction AS r
        WHERE r.fund_account_id = facts.fund_account_id AND r.kind = 'freeze' AND r.lifted_on IS NULL
          AND r.starts_on <= %(today)s AND (r.until IS NULL OR r.until >= %(today)s)
    )
)
SELECT DISTINCT fund_account_id, code, word, month FROM found ORDER BY fund_account_id, code LIMIT %(limit)s
