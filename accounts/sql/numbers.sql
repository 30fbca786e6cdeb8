-- Account numbers: a kind, a sequence, two check digits (ISO 7064 MOD 97-10), so that one wrong or two swapped figures
-- at the counter are noticed. From sequences, never max() + 1: two tellers open accounts at the same moment.
CREATE SEQUENCE accounts_employer_number_seq AS bigint MAXVALUE 99999999;
CREATE SEQUENCE accounts_person_number_seq AS bigint MAXVALUE 999999999;

CREATE FUNCTION accounts_checked(payload bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT payload::text || lpad((98 - payload * 100 % 97)::text, 2, '0')
$$;
COMMENT ON FUNCTION accounts_checked(bigint) IS '账号加两位校验码：整个号码除以 97 余 1';

-- 单位账号: 98, eight figures, two check digits.
CREATE FUNCTION accounts_employer_number() RETURNS text
LANGUAGE sql VOLATILE AS $$
    SELECT accounts_checked(98 * 100000000::bigint + nextval('accounts_employer_number_seq'))
$$;

-- 个人账号: 99, nine figures, two check digits.
CREATE FUNCTION accounts_person_number() RETURNS text
LANGUAGE sql VOLATILE AS $$
    SELECT accounts_checked(99 * 1000000000::bigint + nextval('accounts_person_number_seq'))
$$;
