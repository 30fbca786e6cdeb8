-- What stands against each line, everything at once: (line, code, word, line of the twin). Faults of one line against
-- another (the same person, mobile or card twice) are found by grouping, everything else in one pass.
WITH twins AS (
    SELECT 'R04' AS code, first, line FROM (
        SELECT line, min(line) OVER (PARTITION BY id_type, id_index) AS first FROM opening_stage
        WHERE (id_type, id_index) IN (
            SELECT id_type, id_index FROM opening_stage GROUP BY id_type, id_index HAVING count(*) > 1)
    ) AS people WHERE first < line
    UNION ALL
    SELECT 'OPEN-MOBILE', first, line FROM (
        SELECT line, min(line) OVER (PARTITION BY mobile_index) AS first FROM opening_stage
        WHERE mobile_index IN (SELECT mobile_index FROM opening_stage GROUP BY mobile_index HAVING count(*) > 1)
    ) AS mobiles WHERE first < line
    UNION ALL
    SELECT 'OPEN-CARD', first, line FROM (
        SELECT line, min(line) OVER (PARTITION BY bank_card_index) AS first FROM opening_stage
        WHERE bank_card_index IN (
            SELECT bank_card_index FROM opening_stage GROUP BY bank_card_index HAVING count(*) > 1)
    ) AS cards WHERE first < line
), facts AS (
    SELECT
        s.line,
        p.name_index <> s.name_index AS other_name,
        a.status,
        spell.employer_account_id,
        spell.employer_account_id = s.employer_account_id AS here,
        owner.id IS NOT NULL AND owner.id IS DISTINCT FROM s.person_id AS mobile_taken,
        holder.id IS NOT NULL AND holder.id IS DISTINCT FROM s.person_id AS card_taken,
        -- 新职工补贴 stands beside a provident fund account, never alone.
        mine.fund_kind = '02' AND NOT EXISTS (
            SELECT FROM accounts_fundaccount AS housing
            WHERE housing.person_id = s.person_id AND housing.fund_kind = '01' AND housing.closed_on IS NULL
        ) AS alone
    FROM opening_stage AS s
    JOIN accounts_employeraccount AS mine ON mine.id = s.employer_account_id
    LEFT JOIN accounts_person AS p ON p.id = s.person_id
    LEFT JOIN accounts_fundaccount AS a
        ON a.person_id = s.person_id AND a.fund_kind = mine.fund_kind AND a.closed_on IS NULL
    LEFT JOIN accounts_membership AS spell
        ON spell.fund_account_id = a.id AND spell.to_month = 999912 AND spell.to_month > spell.from_month
    LEFT JOIN accounts_person AS owner ON owner.mobile_index = s.mobile_index
    LEFT JOIN accounts_person AS holder ON holder.bank_card_index = s.bank_card_index
), faulty AS (
    SELECT facts.*, array_remove(ARRAY[
        CASE WHEN other_name THEN 'OPEN-NAME' END,
        CASE WHEN status = '01' AND here THEN 'R05' END,
        CASE WHEN status = '01' AND here IS NOT TRUE THEN 'R06' END,
        CASE WHEN status = '02' AND here THEN 'OPEN-UNSEAL' END,
        CASE WHEN status = '02' AND here IS NOT TRUE THEN 'OPEN-TRANSFER' END,
        CASE WHEN mobile_taken THEN 'OPEN-MOBILE' END,
        CASE WHEN card_taken THEN 'OPEN-CARD' END,
        CASE WHEN alone THEN 'OPEN-SUBSIDY' END
    ], NULL) AS codes
    FROM facts
)
SELECT line, code, word, twin FROM (
    SELECT line, code, '' AS word, first AS twin FROM twins
    UNION ALL
    SELECT found.line, code,
        CASE WHEN code = 'R05' THEN '正常' WHEN code IN ('R06', 'OPEN-TRANSFER') THEN coalesce(employer.name, '') ELSE '' END,
        0
    FROM (SELECT * FROM faulty WHERE cardinality(codes) > 0 ORDER BY line LIMIT %(limit)s) AS found
    CROSS JOIN LATERAL unnest(found.codes) AS code
    LEFT JOIN accounts_employeraccount AS account ON account.id = found.employer_account_id
    LEFT JOIN accounts_employer AS employer ON employer.id = account.employer_id
) AS everything
ORDER BY line, code
LIMIT %(limit)s
