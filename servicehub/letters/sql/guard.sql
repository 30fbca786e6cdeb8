-- What a letter says is frozen: only its state may change, from valid to revoked, once. It is never deleted.
CREATE FUNCTION servicehub_guard_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'valid'
        AND (NEW.code, NEW.label, NEW.subject, NEW.party, NEW.verification, NEW.facts, NEW.facts_digest, NEW.public,
             NEW.issued_at, NEW.business_date, NEW.issued_by, NEW.issuer_name, NEW.channel, NEW.valid_until)
            IS NOT DISTINCT FROM
            (OLD.code, OLD.label, OLD.subject, OLD.party, OLD.verification, OLD.facts, OLD.facts_digest, OLD.public,
             OLD.issued_at, OLD.business_date, OLD.issued_by, OLD.issuer_name, OLD.channel, OLD.valid_until)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an issued letter stands as it was issued: revoke it and issue another'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER letter_guard BEFORE UPDATE OR DELETE ON servicehub_issuedletter
    FOR EACH ROW EXECUTE FUNCTION servicehub_guard_letter();
