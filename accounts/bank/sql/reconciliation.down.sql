DROP TRIGGER journal_entry_kept ON accounts_journalentry;
DROP INDEX bank_match_day;
DROP INDEX bank_notice_received;
DROP FUNCTION bank_name_key(text);
