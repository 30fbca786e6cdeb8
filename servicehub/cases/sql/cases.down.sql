DROP TRIGGER case_never_deleted ON servicehub_case;
DROP TRIGGER submission_input_never_changes ON servicehub_submission;
DROP TRIGGER submission_never_deleted ON servicehub_submission;
DROP TRIGGER decision_append_only ON servicehub_decision;
DROP TRIGGER decision_by_another ON servicehub_decision;
DROP FUNCTION servicehub_never_changes();
DROP FUNCTION servicehub_decision_by_another();
DROP FUNCTION servicehub_keep_first_answer(bigint);
DROP FUNCTION servicehub_case_settle(bigint, bigint, uuid, text, text, text[], integer, bytea, timestamptz, date,
    bigint, text, bigint, boolean, boolean, text[], bigint[], text[]);
DROP FUNCTION servicehub_case_open(uuid, uuid, text, text, timestamptz, date, boolean, bigint, text, integer, text,
    bigint, text, bigint, text, bigint, bigint, text, jsonb, bytea, text[], bigint[], text[]);
DROP FUNCTION servicehub_claims_keep(text[], bigint[], text[], bigint);
DROP FUNCTION servicehub_claims_take(text[], bigint[], text[], bigint);
DROP FUNCTION servicehub_number(text, date, integer, bigint);
DROP SEQUENCE servicehub_draft_number;
DROP SEQUENCE servicehub_case_number;
