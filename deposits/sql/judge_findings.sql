-- Every finding of every judged row, all at once. "judged" is the table of judge_staged.sql.
INSERT INTO servicehub_sheetfinding (upload_id, line, "column", code, severity, shown, suggestion, facts)
SELECT %(upload)s, line, 'id_no', 'R04', 'error', '', '', jsonb_build_object('line', first_line)
FROM judged WHERE id_no_index IS NOT NULL AND first_line < line

UNION ALL
SELECT %(upload)s, line, 'action_word', 'R05', 'error', coalesce(action_word, ''),
    CASE WHEN said IN ('open', 'unseal', 'base', 'transfer_in') THEN labels.label ELSE '' END,
    jsonb_build_object('status', CASE WHEN sealed THEN '封存' ELSE '正常' END, 'action', action_word)
FROM judged
LEFT JOIN unnest(%(labels)s::text[], %(label_actions)s::text[]) AS labels(label, action) ON labels.action = judged.fitting
WHERE fund_account_id IS NOT NULL AND NOT coalesce(active_elsewhere, false) AND said IS NOT NULL
    AND NOT CASE said
        WHEN 'open' THEN false
        WHEN 'unseal' THEN sealed_here
        WHEN 'seal' THEN active_here
        WHEN 'transfer_out' THEN active_here
        WHEN 'base' THEN active_here
        WHEN 'update' THEN active_here OR sealed_here
        WHEN 'transfer_in' THEN sealed AND NOT sealed_here
    END

UNION ALL
SELECT %(upload)s, line, 'id_no', 'R06', 'error', '', '', jsonb_build_object('employer', employer.name)
FROM judged
JOIN accounts_employeraccount AS account ON account.id = judged.at_account
JOIN accounts_employer AS employer ON employer.id = account.employer_id
WHERE active_elsewhere AND action IN ('open', 'unseal', 'transfer_in', 'base')

UNION ALL
SELECT %(upload)s, line, 'id_no', 'R26', 'error', '', '新开户', jsonb_build_object('action', action_word)
FROM judged
WHERE id_no_index IS NOT NULL AND said IS NOT NULL AND said <> 'open'
    AND (fund_account_id IS NULL OR (active_elsewhere AND said IN ('seal', 'transfer_out', 'update')))

UNION ALL
SELECT %(upload)s, line, 'wage', 'R07', 'error', wage::text, to_char(%(floor)s, 'FM999999990.00'),
    jsonb_build_object('floor', to_char(%(floor)s, 'FM999,999,990.00'))
FROM judged WHERE wage < %(floor)s AND action IN ('open', 'unseal', 'transfer_in', 'base')

UNION ALL
SELECT %(upload)s, line, 'wage', 'R08', 'warning', wage::text, '',
    jsonb_build_object('ceiling', to_char(%(ceiling)s, 'FM999,999,990.00'))
FROM judged WHERE wage > %(ceiling)s AND action IN ('open', 'unseal', 'transfer_in', 'base')

UNION ALL
SELECT %(upload)s, line, 'action_word', 'R09', 'error', left(action_word, 20), coalesce(%(nearest)s::jsonb ->> action_word, ''),
    jsonb_build_object('choices', %(choices)s)
FROM judged WHERE action_word IS NOT NULL AND said IS NULL

UNION ALL
SELECT %(upload)s, line, 'reason_word', 'R10', 'error', coalesce(reason_word, ''), '', '{}'
FROM judged WHERE said = 'seal' AND (reason_word IS NULL OR reason_word <> ALL (%(reasons)s::text[]))

UNION ALL
SELECT %(upload)s, line, 'name', 'R11', 'error', '', '', '{}' FROM judged WHERE other_name

UNION ALL
SELECT %(upload)s, line, 'wage', 'R13', 'warning', wage::text, '',
    jsonb_build_object('percent', translate(to_char((base - base_before) * 100 / base_before, 'FMSG999990'), '-', '−'),
        'doubt', CASE WHEN base > base_before THEN '多写一位' ELSE '少写一位' END)
FROM judged
WHERE action = 'base' AND base_before > 0 AND abs(base - base_before) * 100 > base_before * %(jump_percent)s

UNION ALL
SELECT %(upload)s, line, 'rate', 'R14', 'error', rate::text, '',
    jsonb_build_object('rate', trim_scale(rate), 'least', trim_scale(%(rate_least)s), 'most', trim_scale(%(rate_most)s))
FROM judged WHERE rate IS NOT NULL AND (rate < %(rate_least)s OR rate > %(rate_most)s)

UNION ALL
SELECT %(upload)s, line, 'month', 'R15', 'error', month::text, %(month_words)s,
    jsonb_build_object('month', to_char(month / 100, 'FM0000') || '-' || to_char(month %% 100, 'FM00'))
FROM judged WHERE month <= %(paid_through)s

UNION ALL
SELECT %(upload)s, line, 'month', 'R30', 'error', month::text, %(month_words)s,
    jsonb_build_object('month', %(month_words)s)
FROM judged WHERE month > %(paid_through)s AND month <> %(month)s

UNION ALL
SELECT %(upload)s, line, 'action_word', 'R17', 'error', coalesce(action_word, ''), '', jsonb_build_object('action', '转出')
FROM judged
WHERE said = 'transfer_out' AND EXISTS (
    SELECT FROM accounts_restriction AS restriction
    WHERE restriction.fund_account_id = judged.fund_account_id AND restriction.kind = 'freeze'
        AND restriction.starts_on <= %(today)s AND (restriction.until IS NULL OR restriction.until >= %(today)s)
        AND restriction.lifted_on IS NULL
)

UNION ALL
SELECT %(upload)s, line, 'wage', 'R27', 'error', '', '', '{}'
FROM judged WHERE wage IS NULL AND action IN ('open', 'unseal', 'transfer_in', 'base')

UNION ALL
-- An item stopped today takes its lines out and no others.
SELECT %(upload)s, line, 'action_word', 'R28', 'error', coalesce(action_word, ''), '',
    jsonb_build_object('notice', refused.words)
FROM judged
JOIN unnest(%(label_actions)s::text[], %(items)s::text[]) AS exercised(action, item) ON exercised.action = judged.action
JOIN unnest(%(refused_items)s::text[], %(refused_words)s::text[]) AS refused(item, words) ON refused.item = exercised.item

UNION ALL
-- What is in flight for somebody stops the line about them, as the clash matrix says.
SELECT %(upload)s, line, 'id_no', 'R29', 'error', '', '', jsonb_build_object('item', item.name, 'case', other.number)
FROM judged
JOIN unnest(%(label_actions)s::text[], %(items)s::text[]) AS exercised(action, item) ON exercised.action = judged.action
JOIN servicehub_claim AS held ON held.party_kind = 'person' AND held.party_id = judged.person_id
JOIN servicehub_clashrule AS rule
    ON rule.item = exercised.item AND rule.other = held.item AND rule.verdict = 'refused'
JOIN servicehub_case AS other ON other.id = held.case_id
JOIN servicehub_serviceitem AS item ON item.code = held.item
