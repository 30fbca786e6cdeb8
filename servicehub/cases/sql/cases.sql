-- The hot path of a case in two calls: case_open when the gate has let it through, case_settle when it is known what
-- became of it. Everything between them runs in the same transaction.

CREATE SEQUENCE servicehub_case_number MINVALUE 1 MAXVALUE 99999999 CYCLE CACHE 10;
CREATE SEQUENCE servicehub_draft_number MINVALUE 1 MAXVALUE 99999999 CYCLE;

-- W20261108-000317: readable to people, unique by the date and a sequence that does not come round within a day.
CREATE FUNCTION servicehub_number(prefix text, day date, width integer, n bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT prefix || to_char(day, 'YYYYMMDD') || '-' || lpad(n::text, greatest(width, length(n::text)), '0')
$$;

-- Locks every party in key order and answers which live claims stand in the way. Small sets lock party by party under
-- a shared lock of the whole; a set too large for that (claims_take_all in Python) takes the whole lock alone, so
-- that neither can miss the other's rows. The locks end with the transaction.
CREATE FUNCTION servicehub_claims_take(p_kinds text[], p_ids bigint[], p_items text[], p_case bigint)
RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    party record;
    rivals jsonb;
BEGIN
    IF coalesce(array_length(p_ids, 1), 0) = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('servicehub_claim'), 0);
    FOR party IN
        SELECT DISTINCT kind, id FROM unnest(p_kinds, p_ids) AS wanted(kind, id) ORDER BY kind, id
    LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(party.kind || ':' || party.id, 20061));
    END LOOP;
    SELECT jsonb_agg(jsonb_build_object(
               'party_kind', wanted.kind, 'party_id', wanted.id, 'item', wanted.item, 'other', held.item,
               'verdict', rule.verdict, 'reason', rule.reason,
               'case', other.number, 'case_id', other.id, 'opened_at', other.opened_at, 'channel', other.channel)
               ORDER BY wanted.kind, wanted.id, wanted.item, held.item)
      INTO rivals
      FROM unnest(p_kinds, p_ids, p_items) AS wanted(kind, id, item)
      JOIN servicehub_claim held ON held.party_kind = wanted.kind AND held.party_id = wanted.id
      JOIN servicehub_clashrule rule ON rule.item = wanted.item AND rule.other = held.item
      JOIN servicehub_case other ON other.id = held.case_id
     WHERE held.case_id <> p_case;
    RETURN rivals;
END $$;

CREATE FUNCTION servicehub_claims_keep(p_kinds text[], p_ids bigint[], p_items text[], p_case bigint)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO servicehub_claim (party_kind, party_id, item, slot, case_id)
    SELECT DISTINCT wanted.kind, wanted.id, wanted.item,
           CASE WHEN rule.id IS NULL THEN p_case ELSE 0 END, p_case
      FROM unnest(p_kinds, p_ids, p_items) AS wanted(kind, id, item)
      LEFT JOIN servicehub_clashrule rule
             ON rule.item = wanted.item AND rule.other = wanted.item AND rule.verdict = 'refused'
     WHERE NOT EXISTS (SELECT 1 FROM servicehub_claim held
                        WHERE held.party_kind = wanted.kind AND held.party_id = wanted.id
                          AND held.item = wanted.item AND held.case_id = p_case)
     ORDER BY 1, 2, 3
$$;

-- status: new | replay. A replay changes nothing and gives back what was answered to the same key.
CREATE FUNCTION servicehub_case_open(
    p_key uuid, p_fingerprint uuid, p_operation text, p_label text, p_at timestamptz, p_business_date date,
    p_opens boolean, p_case bigint, p_item text, p_item_version integer,
    p_applicant_kind text, p_applicant_id bigint, p_target_kind text, p_target_id bigint,
    p_channel text, p_branch bigint, p_maker bigint, p_maker_name text, p_origin jsonb, p_data bytea,
    p_claim_kinds text[], p_claim_ids bigint[], p_claim_items text[])
RETURNS TABLE (status text, fingerprint uuid, answer bytea, case_id bigint, case_number text, submission_id bigint,
               rivals jsonb)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_case bigint := nullif(p_case, 0);
    v_number text := '';
    v_submission bigint;
    v_rivals jsonb;
BEGIN
    IF p_opens THEN
        v_submission := nextval('servicehub_submission_id_seq');
    END IF;
    INSERT INTO servicehub_requestkey (key, fingerprint, operation, submission_id, answer, made_at)
    VALUES (p_key, p_fingerprint, p_operation, v_submission, NULL, p_at)
    ON CONFLICT (key) DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY
        SELECT 'replay'::text, known.fingerprint, coalesce(known.answer, made.answer), 0::bigint, ''::text,
               coalesce(known.submission_id, 0), NULL::jsonb
          FROM servicehub_requestkey known
          LEFT JOIN servicehub_submission made ON made.id = known.submission_id
         WHERE known.key = p_key;
        RETURN;
    END IF;
    v_rivals := servicehub_claims_take(p_claim_kinds, p_claim_ids, p_claim_items, coalesce(v_case, 0));
    IF p_maker IS NOT NULL THEN
        DELETE FROM servicehub_draft
         WHERE owner_id = p_maker AND operation = p_operation AND target_kind = p_target_kind
           AND target_id = p_target_id;
    END IF;
    IF p_opens THEN
        IF v_case IS NULL THEN
            v_case := nextval('servicehub_case_id_seq');
            v_number := servicehub_number('W', p_business_date, 6, nextval('servicehub_case_number'));
            INSERT INTO servicehub_case (id, number, item, item_version, operation, applicant_kind, applicant_id,
                target_kind, target_id, channel, branch_id, opened_by_id, opened_by_name, state, business_date,
                opened_at)
            VALUES (v_case, v_number, p_item, p_item_version, p_operation, p_applicant_kind, p_applicant_id,
                p_target_kind, p_target_id, p_channel, p_branch, p_maker, p_maker_name, 'submitted', p_business_date,
                p_at);
        ELSE
            SELECT number INTO STRICT v_number FROM servicehub_case WHERE id = v_case;
        END IF;
        INSERT INTO servicehub_submission (id, case_id, operation, label, target_kind, target_id, data, fingerprint,
            key, target_version, origin, maker_id, maker_name, stages, stage, state, made_at, fault)
        VALUES (v_submission, v_case, p_operation, p_label, p_target_kind, p_target_id, p_data, p_fingerprint,
            p_key, 0, p_origin, p_maker, p_maker_name, '{}', 0, 'waiting', p_at, '');
    END IF;
    RETURN QUERY SELECT 'new'::text, p_fingerprint, NULL::bytea, coalesce(v_case, 0), v_number,
                        coalesce(v_submission, 0), v_rivals;
END $$;

-- What became of a submission, and of its case with it. Claims go when the case closes, and are kept when it stays open.
CREATE FUNCTION servicehub_case_settle(
    p_case bigint, p_submission bigint, p_key uuid, p_case_state text, p_submission_state text, p_stages text[],
    p_stage integer, p_answer bytea, p_at timestamptz, p_due date, p_waits_for bigint, p_fault text,
    p_target_version bigint, p_closes boolean, p_held boolean, p_claim_kinds text[], p_claim_ids bigint[],
    p_claim_items text[])
RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
    IF p_submission = 0 THEN
        UPDATE servicehub_requestkey SET answer = p_answer WHERE key = p_key;
        RETURN NULL;
    END IF;
    UPDATE servicehub_submission
       SET state = p_submission_state, stages = p_stages, stage = p_stage, answer = p_answer, fault = p_fault,
           target_version = coalesce(p_target_version, target_version),
           ended_at = CASE WHEN p_submission_state IN ('parked', 'waiting', 'queued') THEN NULL ELSE p_at END
     WHERE id = p_submission;
    UPDATE servicehub_case
       SET state = p_case_state, due_on = coalesce(due_on, p_due), waits_for_id = nullif(p_waits_for, 0),
           closed_at = CASE WHEN p_closes THEN p_at END
     WHERE id = p_case;
    IF p_closes THEN
        IF p_held THEN
            DELETE FROM servicehub_claim WHERE case_id = p_case;
        END IF;
        RETURN (SELECT array_agg(parked.id ORDER BY parked.id) FROM servicehub_case parked
                 WHERE parked.waits_for_id = p_case);
    ELSIF coalesce(array_length(p_claim_ids, 1), 0) > 0 THEN
        PERFORM servicehub_claims_keep(p_claim_kinds, p_claim_ids, p_claim_items, p_case);
    END IF;
    RETURN NULL;
END $$;

-- The first answer to a key is its answer for ever; a later decision writes its own beside it.
CREATE FUNCTION servicehub_keep_first_answer(p_submission bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE servicehub_requestkey known
       SET answer = made.answer
      FROM servicehub_submission made
     WHERE made.id = p_submission AND known.key = made.key AND known.answer IS NULL
$$;

-- Nobody checks their own work, whatever the code above forgets (AP-01).
CREATE FUNCTION servicehub_decision_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM servicehub_submission made
                WHERE made.id = NEW.submission_id AND made.maker_id = NEW.decided_by_id) THEN
        RAISE EXCEPTION 'maker % decides on own submission %', NEW.decided_by_id, NEW.submission_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_by_another BEFORE INSERT ON servicehub_decision
    FOR EACH ROW EXECUTE FUNCTION servicehub_decision_by_another();

CREATE FUNCTION servicehub_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the row is evidence', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON servicehub_decision
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
CREATE TRIGGER submission_never_deleted BEFORE DELETE ON servicehub_submission
    FOR EACH ROW EXECUTE FUNCTION servicehub_never_changes();
CREATE TRIGGER submission_input_never_changes
    BEFORE UPDATE OF case_id, operation, target_kind, target_id, data, fingerprint, key, maker_id, made_at
    ON servicehub_submission FOR EACH ROW
    WHEN ((OLD.case_id, OLD.operation, OLD.target_kind, OLD.target_id, OLD.data, OLD.fingerprint, OLD.key,
           OLD.maker_id, OLD.made_at)
          IS DISTINCT FROM
          (NEW.case_id, NEW.operation, NEW.target_kind, NEW.target_id, NEW.data, NEW.fingerprint, NEW.key,
           NEW.maker_id, NEW.made_at))
    EXECUTE FUNCTION servicehub_never_changes();
CREATE TRIGGER case_never_deleted BEFORE DELETE ON servicehub_case
    FOR EACH ROW EXECUTE FUNCTION servicehub_never_changes();
