-- Somebody known is not registered twice; what was missing of them is filled in, what they have stays theirs.
UPDATE accounts_person AS p
SET mobile = coalesce(p.mobile, s.mobile),
    mobile_index = coalesce(p.mobile_index, s.mobile_index),
    bank_card = coalesce(p.bank_card, s.bank_card),
    bank_card_index = coalesce(p.bank_card_index, s.bank_card_index),
    bank_name = CASE WHEN p.bank_card IS NULL THEN s.bank_name ELSE p.bank_name END,
    version = p.version + 1
FROM opening_stage AS s
WHERE NOT s.is_new AND p.id = s.person_id
