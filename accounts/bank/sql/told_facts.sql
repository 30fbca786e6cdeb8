-- What the bank told stays as it was told: a message keeps its body and signature, a notice its facts. Only what we
-- made of it (state, owner, voucher) changes; nothing is deleted, nothing truncated.
CREATE FUNCTION bank_told_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what the bank told is never changed (%)', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER bank_message_as_told
    BEFORE UPDATE OF id, tx_code, body, signature, received_at ON accounts_bankmessage
    FOR EACH ROW
    WHEN (OLD.tx_code <> NEW.tx_code OR OLD.body <> NEW.body OR OLD.signature <> NEW.signature
          OR OLD.received_at <> NEW.received_at OR OLD.id <> NEW.id)
    EXECUTE FUNCTION bank_told_facts();

CREATE TRIGGER bank_notice_as_told
    BEFORE UPDATE ON accounts_banknotice
    FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.special_account_id, OLD.host_date, OLD.host_no, OLD.amount, OLD.reversal, OLD.balance,
              OLD.message_id, OLD.remark, OLD.summary, OLD.counter_name)
          IS DISTINCT FROM
          ROW(NEW.id, NEW.special_account_id, NEW.host_date, NEW.host_no, NEW.amount, NEW.reversal, NEW.balance,
              NEW.message_id, NEW.remark, NEW.summary, NEW.counter_name))
    EXECUTE FUNCTION bank_told_facts();

CREATE TRIGGER bank_message_kept BEFORE DELETE OR TRUNCATE ON accounts_bankmessage
    FOR EACH STATEMENT EXECUTE FUNCTION bank_told_facts();
CREATE TRIGGER bank_notice_kept BEFORE DELETE OR TRUNCATE ON accounts_banknotice
    FOR EACH STATEMENT EXECUTE FUNCTION bank_told_facts();
