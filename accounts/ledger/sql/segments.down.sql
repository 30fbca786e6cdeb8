DROP FUNCTION ledger_segment_gain(bigint[], int, numeric, numeric, date[], numeric[], numeric[]);
