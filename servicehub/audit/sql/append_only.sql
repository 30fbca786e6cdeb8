-- Audit entries and their seals are never changed and never taken away (SEC-27), not even by the tables' owner; the
-- product's own role has no right to try. Statement triggers cost nothing on insert. Whoever switches them off (only the owner can) leaves a chain that no longer verifies.
CREATE FUNCTION servicehub_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the table is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON servicehub_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON servicehub_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
