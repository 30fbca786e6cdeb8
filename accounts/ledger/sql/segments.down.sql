DROP FUNCTION ledger_segment_gain(bigint[], int);
