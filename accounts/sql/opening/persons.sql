INSERT INTO accounts_person (
    id, id_type, id_number, id_index, name, name_index, name_key, sex, birth_date, mobile, mobile_index,
    bank_card, bank_card_index, bank_name, branch_id, registered_on)
OVERRIDING SYSTEM VALUE
SELECT person_id, id_type, id_number, id_index, name, name_index, name_key, sex, birth_date, mobile, mobile_index,
    bank_card, bank_card_index, bank_name, %(branch)s, %(today)s
FROM opening_stage
WHERE is_new
ORDER BY person_id
