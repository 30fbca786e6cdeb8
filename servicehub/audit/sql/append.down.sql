DROP FUNCTION IF EXISTS servicehub_audit_append(jsonb);
