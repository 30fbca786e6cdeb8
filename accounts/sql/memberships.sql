-- No two spells of one account overlap: nobody deposits twice for one month.
-- The unique index allows one open spell; these triggers say the rest. Inserts are checked as one set. An update that
-- only ends a spell cannot make an overlap, and costs nothing; one that lengthens it is looked at by itself.
-- Writers lock the fund accounts first (accounts/services/locks.py), so that two of them cannot pass each other.
CREATE FUNCTION accounts_membership_inserted() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    clash record;
BEGIN
    SELECT n.fund_account_id, n.from_month, m.from_month AS other INTO clash
    FROM new_rows n
    JOIN accounts_membership m
      ON m.fund_account_id = n.fund_account_id AND m.id <> n.id
     AND m.to_month > m.from_month AND n.to_month > n.from_month
     AND m.to_month > n.from_month AND m.from_month < n.to_month
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'fund account % has two spells, from % and from %', clash.fund_account_id, clash.from_month, clash.other
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'membership_no_overlap', TABLE = 'accounts_membership';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION accounts_membership_lengthened() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM accounts_membership m
        WHERE m.fund_account_id = NEW.fund_account_id AND m.id <> NEW.id
          AND m.to_month > m.from_month AND NEW.to_month > NEW.from_month
          AND m.to_month > NEW.from_month AND m.from_month < NEW.to_month
    ) THEN
        RAISE EXCEPTION 'fund account % has two spells in one month', NEW.fund_account_id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'membership_no_overlap', TABLE = 'accounts_membership';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER accounts_membership_no_overlap_insert
    AFTER INSERT ON accounts_membership REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_membership_inserted();

CREATE TRIGGER accounts_membership_no_overlap_update
    AFTER UPDATE ON accounts_membership FOR EACH ROW
    WHEN (NEW.to_month > OLD.to_month OR NEW.from_month < OLD.from_month OR NEW.fund_account_id <> OLD.fund_account_id)
    EXECUTE FUNCTION accounts_membership_lengthened();

-- What was declared, and who was where, is kept: a base record may be marked as taken back, a spell may be ended.
CREATE FUNCTION accounts_row_kept() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept as they were written', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER accounts_baserecord_fixed
    BEFORE UPDATE ON accounts_baserecord FOR EACH ROW
    WHEN ((OLD.fund_account_id, OLD.from_month, OLD.change_id, OLD.wage, OLD.base, OLD.employer_amount, OLD.employee_amount)
          IS DISTINCT FROM
          (NEW.fund_account_id, NEW.from_month, NEW.change_id, NEW.wage, NEW.base, NEW.employer_amount, NEW.employee_amount))
    EXECUTE FUNCTION accounts_row_kept();

CREATE TRIGGER accounts_baserecord_kept
    BEFORE DELETE OR TRUNCATE ON accounts_baserecord FOR EACH STATEMENT EXECUTE FUNCTION accounts_row_kept();

CREATE TRIGGER accounts_membership_kept
    BEFORE DELETE OR TRUNCATE ON accounts_membership FOR EACH STATEMENT EXECUTE FUNCTION accounts_row_kept();

-- Every July moves the base of everybody: room on the page keeps these updates heap-only.
ALTER TABLE accounts_fundaccount SET (fillfactor = 60);
ALTER TABLE accounts_membership SET (fillfactor = 85);
ALTER TABLE accounts_employeraccount SET (fillfactor = 60);
