-- Lines of a confirmed remittance and receipts taken in are facts: a correction is a row of its own. The grants take
-- the right away from the product's role; this stops the owner too.
CREATE TRIGGER remittance_line_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON deposits_remittanceline
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
CREATE TRIGGER receipt_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON deposits_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
