-- An attachment is evidence: which bytes were handed in, by whom, when.
CREATE TRIGGER attachment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON servicehub_attachment
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
