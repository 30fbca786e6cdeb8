DROP TRIGGER IF EXISTS policy_value_guard ON servicehub_policyvalue;
DROP FUNCTION IF EXISTS servicehub_guard_policy_value();
ALTER TABLE servicehub_policyvalue DROP CONSTRAINT IF EXISTS policy_value_no_overlap;
