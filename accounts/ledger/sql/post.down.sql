DROP FUNCTION ledger_post(date, boolean, jsonb, jsonb, jsonb, jsonb);
DROP FUNCTION ledger_write_lines(date, ledger_head[], jsonb, ledger_move[]);
DROP FUNCTION ledger_write_moves(date, ledger_move[]);
DROP FUNCTION ledger_resolve(date, jsonb, bigint[], ledger_head[]);
DROP TYPE ledger_move;
DROP TYPE ledger_head;
DROP FUNCTION ledger_enter_day(date, boolean);
