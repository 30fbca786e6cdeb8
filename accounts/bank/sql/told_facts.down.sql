DROP TRIGGER bank_notice_kept ON accounts_banknotice;
DROP TRIGGER bank_message_kept ON accounts_bankmessage;
DROP TRIGGER bank_notice_as_told ON accounts_banknotice;
DROP TRIGGER bank_message_as_told ON accounts_bankmessage;
DROP FUNCTION bank_told_facts();
