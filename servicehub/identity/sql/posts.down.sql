DROP TRIGGER exclusive_duty_guard ON servicehub_exclusiveduty;
DROP FUNCTION servicehub_exclusive_duty_guard();
DROP TRIGGER post_grant_history ON servicehub_postgrant;
DROP FUNCTION servicehub_post_grant_history();
DROP TRIGGER post_grant_guard ON servicehub_postgrant;
DROP FUNCTION servicehub_post_grant_guard();
