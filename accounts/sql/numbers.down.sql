DROP FUNCTION accounts_person_number();
DROP FUNCTION accounts_employer_number();
DROP FUNCTION accounts_checked(bigint);
DROP SEQUENCE accounts_person_number_seq;
DROP SEQUENCE accounts_employer_number_seq;
