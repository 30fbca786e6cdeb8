-- Everything the gate must know about one call, read in one round trip and never cached: a switch thrown by one
-- process is seen by the next request of every other (R-ST-13).

CREATE SEQUENCE servicehub_stop_number MINVALUE 1 MAXVALUE 99999999 CYCLE;

CREATE FUNCTION servicehub_stop_orders_at(p_channel text, p_items text[], p_groups text[], p_at timestamptz)
RETURNS SETOF servicehub_stoporder LANGUAGE sql STABLE AS $$
    SELECT standing.*
      FROM servicehub_stoporder standing
     WHERE standing.lifted_at IS NULL
       AND standing.starts_at <= p_at
       AND NOT (standing.auto_resume AND NOT standing.resume_held AND standing.planned_end <= p_at)
       AND CASE standing.scope
               WHEN 'PLATFORM' THEN true
               WHEN 'CHANNEL' THEN standing.scope_ref = p_channel
               WHEN 'ITEM' THEN standing.scope_ref = ANY (p_items)
               WHEN 'ITEM_GROUP' THEN standing.scope_ref = ANY (p_groups)
               ELSE standing.scope_ref LIKE p_channel || ':%'
                    AND substr(standing.scope_ref, length(p_channel) + 2) = ANY (p_items)
           END
$$;

-- Planned once per session: its arrays would else be planned anew on every call, at half of its cost.
CREATE FUNCTION servicehub_gate_facts(
    p_channel text, p_items text[], p_client text, p_user bigint, p_principal text, p_reads boolean,
    p_applicant_kind text, p_applicant_id bigint, p_at timestamptz, p_key uuid)
RETURNS TABLE (call_id bigint, facts jsonb, replay_fingerprint uuid, replay_answer bytea)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    v_groups text[];
    v_items jsonb;
    v_fingerprint uuid;
    v_answer bytea;
BEGIN
    IF p_key IS NOT NULL THEN
        SELECT known.fingerprint, coalesce(known.answer, made.answer) INTO v_fingerprint, v_answer
          FROM servicehub_requestkey known
          LEFT JOIN servicehub_submission made ON made.id = known.submission_id
         WHERE known.key = p_key;
    END IF;
    SELECT array_agg(DISTINCT item."group"),
           jsonb_object_agg(item.code, jsonb_build_object(
               'name', item.name, 'group', item."group", 'lifecycle', item.lifecycle, 'version', item.version,
               'assurance', item.assurance, 'cell_assurance', coalesce(cell.assurance, 0),
               'always_on', item.always_on, 'promised_days', item.promised_days,
               'offered', coalesce(cell.offered, false),
               'daily_quota', cell.daily_quota,
               'used_today', CASE WHEN cell.daily_quota IS NOT NULL THEN
                   (SELECT count(*) FROM servicehub_case opened
                     WHERE opened.item = item.code AND opened.channel = p_channel
                       AND opened.opened_at >= date_trunc('day', p_at, 'Asia/Shanghai')) END,
               'yearly_limit', cell.user_yearly_limit,
               'used_this_year', CASE WHEN cell.user_yearly_limit IS NOT NULL THEN
                   (SELECT count(*) FROM servicehub_case opened
                     WHERE opened.item = item.code AND opened.applicant_kind = p_applicant_kind
                       AND opened.applicant_id = p_applicant_id
                       AND opened.state NOT IN ('withdrawn', 'refused', 'voided')
                       AND opened.opened_at >= date_trunc('year', p_at, 'Asia/Shanghai')) END))
      INTO v_groups, v_items
      FROM servicehub_serviceitem item
      LEFT JOIN servicehub_channelitem cell ON cell.item_id = item.code AND cell.channel_id = p_channel
     WHERE item.code = ANY (p_items);
    RETURN QUERY SELECT
        nextval('servicehub_servicecall_id_seq'),
        jsonb_build_object(
            'items', coalesce(v_items, '{}'::jsonb),
            'channel', (SELECT jsonb_build_object(
                    'name', channel.name, 'lifecycle', channel.lifecycle, 'opens_at', channel.opens_at,
                    'closes_at', channel.closes_at, 'workdays_only', channel.workdays_only,
                    'min_client_version', channel.min_client_version, 'agreement', channel.agreement_version,
                    'writes_minute', channel.user_writes_minute, 'reads_minute', channel.user_reads_minute,
                    'agreed', channel.agreement_version = '' OR EXISTS (
                        SELECT 1 FROM servicehub_serviceagreement signed
                         WHERE signed.user_id = p_user AND signed.channel_id = p_channel
                           AND signed.version = channel.agreement_version AND signed.ended_at IS NULL))
                  FROM servicehub_servicechannel channel WHERE channel.code = p_channel),
            'orders', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'number', standing.number, 'scope', standing.scope, 'ref', standing.scope_ref,
                    'mode', standing.mode, 'title', standing.notice_title, 'body', standing.notice_body,
                    'delay_body', standing.delay_body, 'reason', standing.reason_code,
                    'starts_at', standing.starts_at, 'planned_end', standing.planned_end,
                    'drain', standing.drain_seconds, 'include_batch', standing.include_batch,
                    'exempt', standing.exempt_clients, 'alternatives', standing.alternatives)), '[]'::jsonb)
                  FROM servicehub_stop_orders_at(p_channel, p_items, v_groups, p_at) standing),
            'client', CASE WHEN p_client <> '' THEN
                (SELECT jsonb_build_object('channel', caller.channel_id, 'status', caller.status,
                        'in_force', caller.valid_from <= p_at AND (caller.valid_to IS NULL OR caller.valid_to > p_at),
                        'ip_allow', caller.ip_allow)
                   FROM servicehub_channelclient caller WHERE caller.code = p_client) END,
            'user_active', CASE WHEN p_user IS NOT NULL THEN
                coalesce((SELECT holder.state IN ('pending', 'active') FROM servicehub_user holder WHERE holder.id = p_user), false) END,
            'recent', CASE WHEN p_principal <> '' THEN
                (SELECT count(*) FROM (
                    SELECT 1 FROM servicehub_servicecall earlier
                     WHERE earlier.principal = p_principal AND earlier.started_at > p_at - interval '1 minute'
                       AND (earlier.kind = 'read') = p_reads
                     LIMIT 1000) counted) END),
        v_fingerprint, v_answer;
END $$;

-- One row per call, in a transaction of its own. It is the one write of the gate that may be lost with the machine
-- (at most half a second of figures), so it does not wait for the disk.
CREATE FUNCTION servicehub_record_call(
    p_id bigint, p_request_id text, p_channel text, p_client text, p_item text, p_operation text, p_kind text,
    p_principal text, p_operator bigint, p_operator_name text, p_user_kind text, p_target_kind text,
    p_target_id bigint, p_branch bigint, p_started_at timestamptz, p_milliseconds integer, p_outcome text,
    p_code text, p_status integer, p_stop_order text, p_case_number text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO servicehub_servicecall (id, request_id, channel, client, item, operation, kind, principal,
        operator_id, operator_name, user_kind, target_kind, target_id, branch_id, started_at, milliseconds, outcome,
        code, status, stop_order, case_number)
    VALUES (coalesce(p_id, nextval('servicehub_servicecall_id_seq')), p_request_id, p_channel, p_client, p_item,
        p_operation, p_kind, p_principal, p_operator, p_operator_name, p_user_kind, p_target_kind, p_target_id,
        p_branch, p_started_at, p_milliseconds, p_outcome, p_code, p_status, p_stop_order, p_case_number);
END $$;

CREATE TRIGGER service_call_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON servicehub_servicecall
    FOR EACH STATEMENT EXECUTE FUNCTION servicehub_refuse_rewrite();
