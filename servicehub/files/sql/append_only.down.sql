DROP TRIGGER IF EXISTS attachment_append_only ON servicehub_attachment;
