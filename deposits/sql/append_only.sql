-- Lines of a confirmed remittance and receipts taken in are facts: a correction is a row of its own. The grants take
-- the right away from the product's role; this stops the owner too.
CREATE TRIGGER remittance_line_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON deposits_remittanceline
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
-- Instead of a foreign key, which asks once for every line: a register of 100,000 has one head.
CREATE FUNCTION deposits_line_has_its_head() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missing bigint;
BEGIN
    SELECT n.remittance_id INTO missing FROM (SELECT DISTINCT remittance_id FROM added) AS n
    LEFT JOIN deposits_remittance AS head ON head.id = n.remittance_id
    WHERE head.id IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'line of remittance %, which does not exist', missing
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'remittance_line_has_head', TABLE = 'deposits_remittanceline';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER remittance_line_has_head AFTER INSERT ON deposits_remittanceline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION deposits_line_has_its_head();
CREATE TRIGGER remittance_never_deleted BEFORE DELETE OR UPDATE OF id OR TRUNCATE ON deposits_remittance
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
CREATE TRIGGER receipt_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON deposits_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
