-- Grants of posts guard themselves: exclusive duties, scope of the role, and immutability hold against any writer.
-- Without btree_gist an exclusion constraint over (user, daterange) is not to be had, so a trigger does it; the lock on
-- the person's row makes two grants to one person wait for each other instead of passing side by side.

CREATE FUNCTION servicehub_post_grant_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    holder record;
    role_scope text;
    other record;
BEGIN
    SELECT kind INTO holder FROM servicehub_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF holder.kind <> 'staff' THEN
        RAISE EXCEPTION 'only staff hold posts' USING ERRCODE = 'check_violation', CONSTRAINT = 'post_grant_staff_only';
    END IF;
    SELECT scope INTO role_scope FROM servicehub_role WHERE code = NEW.role_id;
    IF role_scope = 'centre' AND NEW.branch_id IS NOT NULL THEN
        RAISE EXCEPTION 'post % is held for the whole centre', NEW.role_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'post_grant_scope';
    END IF;
    IF NEW.revoked_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    SELECT g.id, g.role_id INTO other
      FROM servicehub_postgrant g
     WHERE g.user_id = NEW.user_id
       AND g.revoked_at IS NULL
       AND daterange(g.valid_from, g.valid_to) && daterange(NEW.valid_from, NEW.valid_to)
       AND EXISTS (SELECT 1 FROM servicehub_exclusiveduty d
                    WHERE (d.role_a_id = g.role_id AND d.role_b_id = NEW.role_id)
                       OR (d.role_a_id = NEW.role_id AND d.role_b_id = g.role_id))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'duties % and % exclude each other', other.role_id, NEW.role_id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'post_grant_exclusive_duties';
    END IF;
    SELECT g.id INTO other
      FROM servicehub_postgrant g
     WHERE g.user_id = NEW.user_id AND g.role_id = NEW.role_id AND g.branch_id IS NOT DISTINCT FROM NEW.branch_id
       AND g.revoked_at IS NULL
       AND daterange(g.valid_from, g.valid_to) && daterange(NEW.valid_from, NEW.valid_to)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'post % is held already', NEW.role_id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'post_grant_once';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER post_grant_guard BEFORE INSERT ON servicehub_postgrant
    FOR EACH ROW EXECUTE FUNCTION servicehub_post_grant_guard();

CREATE FUNCTION servicehub_post_grant_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'grants of posts are kept' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'post_grant_kept';
    END IF;
    IF OLD.revoked_at IS NOT NULL
       OR ROW(NEW.id, NEW.user_id, NEW.role_id, NEW.branch_id, NEW.valid_from, NEW.valid_to, NEW.granted_by_id,
              NEW.approved_by_id, NEW.granted_at, NEW.basis)
          IS DISTINCT FROM
          ROW(OLD.id, OLD.user_id, OLD.role_id, OLD.branch_id, OLD.valid_from, OLD.valid_to, OLD.granted_by_id,
              OLD.approved_by_id, OLD.granted_at, OLD.basis) THEN
        RAISE EXCEPTION 'only a revocation is written to a grant'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'post_grant_kept';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER post_grant_history BEFORE UPDATE OR DELETE ON servicehub_postgrant
    FOR EACH ROW EXECUTE FUNCTION servicehub_post_grant_history();

-- A pair that somebody already holds cannot be declared exclusive before one of the two is taken back.
CREATE FUNCTION servicehub_exclusive_duty_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found_user bigint;
BEGIN
    SELECT a.user_id INTO found_user
      FROM servicehub_postgrant a
      JOIN servicehub_postgrant b ON b.user_id = a.user_id AND b.role_id = NEW.role_b_id AND b.revoked_at IS NULL
     WHERE a.role_id = NEW.role_a_id AND a.revoked_at IS NULL
       AND daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
       AND coalesce(upper(daterange(a.valid_from, a.valid_to) * daterange(b.valid_from, b.valid_to)), 'infinity')
           > current_date
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'user % holds both duties', found_user
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'exclusive_duty_held';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER exclusive_duty_guard BEFORE INSERT OR UPDATE OF role_a_id, role_b_id ON servicehub_exclusiveduty
    FOR EACH ROW EXECUTE FUNCTION servicehub_exclusive_duty_guard();
