DROP TRIGGER IF EXISTS letter_guard ON servicehub_issuedletter;
DROP FUNCTION IF EXISTS servicehub_guard_letter();
