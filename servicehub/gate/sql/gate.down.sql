DROP TRIGGER service_call_append_only ON servicehub_servicecall;
DROP FUNCTION servicehub_record_call(bigint, text, text, text, text, text, text, text, bigint, text, text, text, bigint,
    bigint, timestamptz, integer, text, text, integer, text, text);
DROP FUNCTION servicehub_gate_facts(text, text[], text, bigint, text, boolean, text, bigint, timestamptz, uuid);
DROP FUNCTION servicehub_stop_orders_at(text, text[], text[], timestamptz);
DROP SEQUENCE servicehub_stop_number;
