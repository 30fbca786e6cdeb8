DROP FUNCTION deposit_sides(numeric, numeric, numeric, text);
DROP FUNCTION deposit_amount(numeric, numeric, text);
