INSERT INTO accounts_person (
    id, id_type, id_number, id_index, name, name_index, name_key, sex, birth_date, mobile, mobile_index,
    bank_card, bank_card_index, bank_name, branch_id, registered_on)
OVERRIDING SYSTEM VALUE
SELECT s.person_id, s.id_type, s.id_number, s.id_index, s.name, s.name_index, s.name_key, s.sex, s.birth_date, s.mobile,
    s.mobile_index, s.bank_card, s.bank_card_index, s.bank_name, employer.branch_id, %(today)s
FROM opening_stage AS s
JOIN accounts_employeraccount AS owner ON owner.id = s.employer_account_id
JOIN accounts_employer AS employer ON employer.id = owner.employer_id
WHERE s.is_new
ORDER BY s.person_id
