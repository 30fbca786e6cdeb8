DROP FUNCTION ledger_weight(date, int, text);
DROP FUNCTION ledger_year_start(int);
DROP FUNCTION ledger_year(date);
