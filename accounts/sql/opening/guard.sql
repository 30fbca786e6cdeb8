-- What stands against each line, everything at once: (line, code, word, line of the twin).
WITH facts AS (
    SELECT
        s.line,
        min(s.line) OVER (PARTITION BY s.id_type, s.id_index) AS first_line,
        min(s.line) OVER (PARTITION BY s.mobile_index) AS first_mobile,
        min(s.line) OVER (PARTITION BY s.bank_card_index) AS first_card,
        s.mobile_index, s.bank_card_index, s.person_id,
        p.name_index <> s.name_index AS other_name,
        a.status,
        spell.employer_account_id = %(account)s AS here,
        employer.name AS employer
    FROM opening_stage AS s
    LEFT JOIN accounts_person AS p ON p.id = s.person_id
    LEFT JOIN accounts_fundaccount AS a
        ON a.person_id = s.person_id AND a.fund_kind = %(fund_kind)s AND a.status IN ('01', '02')
    LEFT JOIN accounts_membership AS spell ON spell.fund_account_id = a.id AND spell.to_month = 999912
    LEFT JOIN accounts_employeraccount AS account ON account.id = spell.employer_account_id
    LEFT JOIN accounts_employer AS employer ON employer.id = account.employer_id
)
SELECT line, code, word, twin FROM (
    SELECT line, 'R04' AS code, '' AS word, first_line AS twin FROM facts WHERE first_line < line
    UNION ALL
    SELECT line, 'OPEN-NAME', '', 0 FROM facts WHERE other_name
    UNION ALL
    SELECT line, 'R05', '正常', 0 FROM facts WHERE status = '01' AND here
    UNION ALL
    SELECT line, 'R06', employer, 0 FROM facts WHERE status = '01' AND NOT here
    UNION ALL
    SELECT line, 'OPEN-UNSEAL', '', 0 FROM facts WHERE status = '02' AND here
    UNION ALL
    SELECT line, 'OPEN-TRANSFER', coalesce(employer, ''), 0 FROM facts WHERE status = '02' AND here IS NOT TRUE
    UNION ALL
    SELECT line, 'OPEN-MOBILE', '', CASE WHEN first_mobile < line THEN first_mobile ELSE 0 END FROM facts
    WHERE mobile_index IS NOT NULL AND (
        first_mobile < line OR EXISTS (
            SELECT FROM accounts_person AS other
            WHERE other.mobile_index = facts.mobile_index AND other.id IS DISTINCT FROM facts.person_id
        )
    )
    UNION ALL
    SELECT line, 'OPEN-CARD', '', CASE WHEN first_card < line THEN first_card ELSE 0 END FROM facts
    WHERE bank_card_index IS NOT NULL AND (
        first_card < line OR EXISTS (
            SELECT FROM accounts_person AS other
            WHERE other.bank_card_index = facts.bank_card_index AND other.id IS DISTINCT FROM facts.person_id
        )
    )
    UNION ALL
    -- 新职工补贴 stands beside a provident fund account, never alone.
    SELECT line, 'OPEN-SUBSIDY', '', 0 FROM facts
    WHERE %(fund_kind)s = '02' AND NOT EXISTS (
        SELECT FROM accounts_fundaccount AS housing
        WHERE housing.person_id = facts.person_id AND housing.fund_kind = '01' AND housing.status IN ('01', '02')
    )
) AS found
ORDER BY line, code
LIMIT %(limit)s
