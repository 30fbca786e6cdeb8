-- Who of them is registered already: by document, never by name.
UPDATE opening_stage AS s
SET person_id = p.id
FROM accounts_person AS p
WHERE p.id_index = s.id_index AND p.id_type = s.id_type
