-- One value at a time. Dates are half open, so a successor begins on the very day its predecessor ends.
ALTER TABLE servicehub_policyvalue ADD CONSTRAINT policy_value_no_overlap EXCLUDE USING gist (
    int8range(slot_id, slot_id, '[]') WITH &&,
    daterange(valid_from, valid_to) WITH &&
) WHERE (state = 'released');

-- A released value stands as it was released: figures were computed from it. Only its end may come forward.
CREATE FUNCTION servicehub_guard_policy_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'released' THEN
            RAISE EXCEPTION 'a released policy value is not deleted' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'released' AND (
        (NEW.slot_id, NEW.value, NEW.valid_from, NEW.document, NEW.source, NEW.confidence, NEW.state, NEW.submission)
            IS DISTINCT FROM
        (OLD.slot_id, OLD.value, OLD.valid_from, OLD.document, OLD.source, OLD.confidence, OLD.state, OLD.submission)
        OR NEW.valid_to IS NULL OR NEW.valid_to > OLD.valid_to
    ) THEN
        RAISE EXCEPTION 'a released policy value is not edited: release its successor'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER policy_value_guard BEFORE UPDATE OR DELETE ON servicehub_policyvalue
    FOR EACH ROW EXECUTE FUNCTION servicehub_guard_policy_value();
