-- What each staged row of a change list means against the live roster: one row of "judged" per line that says or changes
-- something, for the transaction only. Of a whole roster that is one line in a hundred: the others are who they were, at
-- the base they had, and nothing is to be found about them (judge_findings.sql). Run once per check of a file, over
-- the rows that servicehub.sheets has staged.
CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
WITH repeated AS (
    SELECT id_no_index, min(line) AS first_line
    FROM sheet_rows WHERE id_no_index IS NOT NULL
    GROUP BY id_no_index HAVING count(*) > 1
), matched AS (
    SELECT
        s.line, s.wage, s.rate, s.month, s.reason_word, s.action_word, s.id_no_index, s.name_index,
        words.action AS said,
        person.id AS person_id,
        account.id AS fund_account_id,
        account.status,
        account.base AS base_before,
        account.employer_amount + account.employee_amount AS amount_before,
        spell.employer_account_id AS at_account,
        spell.sealed,
        spell.employer_account_id = %(account)s AND NOT spell.sealed AS active_here,
        spell.employer_account_id = %(account)s AND spell.sealed AS sealed_here,
        spell.employer_account_id <> %(account)s AND NOT spell.sealed AS active_elsewhere,
        s.name_index IS NOT NULL AND s.name_index <> person.name_index AS other_name,
        least(greatest(s.wage, %(floor)s), %(ceiling)s) AS base,
        coalesce(repeated.first_line, s.line) AS first_line
    FROM sheet_rows AS s
    LEFT JOIN accounts_person AS person ON person.id_index = s.id_no_index AND person.id_type = '01'
    LEFT JOIN accounts_fundaccount AS account
        ON account.person_id = person.id AND account.fund_kind = %(fund_kind)s AND account.status IN ('01', '02')
    LEFT JOIN accounts_membership AS spell
        ON spell.fund_account_id = account.id AND spell.to_month = 999912 AND spell.to_month > spell.from_month
    LEFT JOIN unnest(%(words)s::text[], %(actions)s::text[]) AS words(word, action) ON words.word = s.action_word
    LEFT JOIN repeated ON repeated.id_no_index = s.id_no_index
), meant AS (
    SELECT
        matched.*,
        CASE
            WHEN said IS NOT NULL THEN said
            WHEN fund_account_id IS NULL THEN 'open'
            WHEN active_here THEN CASE WHEN base <> base_before THEN 'base' END
            WHEN sealed_here THEN 'unseal'
            ELSE 'transfer_in'
        END AS action
    FROM matched
)
SELECT
    meant.*,
    -- What the row should say instead, where what it says does not fit the account.
    CASE
        WHEN fund_account_id IS NULL THEN 'open'
        WHEN active_here THEN 'base'
        WHEN sealed_here THEN 'unseal'
        ELSE 'transfer_in'
    END AS fitting
FROM meant
WHERE action IS NOT NULL OR action_word IS NOT NULL OR other_name OR first_line < line
    OR rate < %(rate_least)s OR rate > %(rate_most)s OR month <> %(month)s OR month <= %(paid_through)s
