DROP TRIGGER voucher_is_whole ON accounts_voucher;
DROP FUNCTION ledger_check_voucher();
DROP TRIGGER posting_of_this_transaction ON accounts_posting;
DROP FUNCTION ledger_check_postings();
DROP TRIGGER line_of_this_transaction ON accounts_line;
DROP FUNCTION ledger_check_lines();
