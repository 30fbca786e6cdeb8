DROP FUNCTION ledger_late_moves(date, ledger_move[]);
DROP FUNCTION ledger_late_interest(date, bigint);
DROP FUNCTION ledger_year_weight(int, text);
DROP FUNCTION ledger_to_fen(numeric, numeric);
