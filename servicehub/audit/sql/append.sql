-- Append audit entries: one call for any number, its plan kept by the session (a plain INSERT of 27 values costs twice
-- as much, most of it in reading the statement). An entry comes as the very text its keyed digest was taken over, a JSON
-- list in the order of audit.entry.COLUMNS, with the digest (hexadecimal) at its end.
--
-- The transaction takes its own number before any entry takes one: the sealer's floor rests on that order
-- (servicehub/audit/sealing.py).
CREATE FUNCTION servicehub_audit_append(entries jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    appended integer;
BEGIN
    PERFORM pg_current_xact_id();
    INSERT INTO servicehub_auditentry (
        kind, at, business_date, actor, actor_name, actor_kind, roles, acting_for, branch, channel, client, ip,
        device, request_id, operation, call, action, object, label, party, before, after, result, reason, case_no,
        disclosed, mac
    )
    SELECT
        e ->> 0, timestamptz 'epoch' + (e ->> 1)::bigint * interval '1 millisecond', (e ->> 2)::date,
        (e ->> 3)::bigint, e ->> 4, e ->> 5, e ->> 6, e ->> 7, (e ->> 8)::bigint, e ->> 9, e ->> 10, e ->> 11,
        e ->> 12, e ->> 13, e ->> 14, (e ->> 15)::bigint, e ->> 16, e ->> 17, e ->> 18, e ->> 19, e ->> 20,
        e ->> 21, e ->> 22, e ->> 23, e ->> 24, (e ->> 25)::boolean, decode(e ->> 26, 'hex')
      FROM jsonb_array_elements(entries) AS e;
    GET DIAGNOSTICS appended = ROW_COUNT;
    RETURN appended;
END $$;
