-- What is written once stays written: vouchers, their numbers, lines, postings, interest rows and day totals refuse
-- UPDATE, DELETE and TRUNCATE; subaccounts and holds refuse DELETE and TRUNCATE. The application's role lacks the rights
-- as well; these triggers hold for every role, the owner included.

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once: % refused; answer an error with a voucher that reverses', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'LG100';
END $$;

CREATE TRIGGER voucher_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_voucher
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER vouchernumber_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_vouchernumber
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER line_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_line
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER posting_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER interestrow_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_interestrow
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER interestsegment_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_interestsegment
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER subjectday_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_subjectday
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER subaccount_never_deleted BEFORE DELETE OR TRUNCATE ON accounts_subaccount
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER hold_never_deleted BEFORE DELETE OR TRUNCATE ON accounts_hold
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER daystate_never_deleted BEFORE DELETE OR TRUNCATE ON accounts_daystate
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- A hold ends once, and only its ending may be written.
CREATE FUNCTION ledger_guard_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_on IS NOT NULL
       OR (NEW.id, NEW.subaccount_id, NEW.amount, NEW.event_type, NEW.event_id)
          IS DISTINCT FROM (OLD.id, OLD.subaccount_id, OLD.amount, OLD.event_type, OLD.event_id) THEN
        RAISE EXCEPTION 'hold % has ended or would change', OLD.id USING ERRCODE = 'LG010';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_ends_once BEFORE UPDATE ON accounts_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_hold();

-- open -> closing -> closed, never back.
CREATE FUNCTION ledger_guard_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT ((OLD.state = 'open' AND NEW.state = 'closing') OR (OLD.state = 'closing' AND NEW.state = 'closed'))
       OR OLD.day <> NEW.day THEN
        RAISE EXCEPTION 'day % does not go from % to %', OLD.day, OLD.state, NEW.state USING ERRCODE = 'LG100';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER daystate_goes_forward BEFORE UPDATE ON accounts_daystate
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_day();
