DROP TRIGGER IF EXISTS audit_seal_append_only ON servicehub_auditseal;
DROP TRIGGER IF EXISTS audit_entry_append_only ON servicehub_auditentry;
DROP FUNCTION IF EXISTS servicehub_refuse_rewrite();
