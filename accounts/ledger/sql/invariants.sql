-- Invariants of a voucher. Two halves, neither enough alone:
--   * statement triggers refuse lines and postings of a voucher that another transaction wrote (or nobody did);
--   * one deferred check per voucher header looks at the whole when the transaction commits.
-- The header check alone would let a later transaction add a line; a check per line is quadratic (measured: 132 s for
-- a voucher of 20,000 lines, 5-50 ms by the header).

CREATE FUNCTION ledger_check_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT n.voucher_id INTO bad FROM (SELECT DISTINCT voucher_id, business_date FROM added) n
    LEFT JOIN accounts_voucher v ON v.id = n.voucher_id
    WHERE v.xid IS DISTINCT FROM pg_current_xact_id()::text::bigint OR v.business_date <> n.business_date
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'line of voucher % which this transaction did not write', bad USING ERRCODE = 'LG101';
    END IF;
    -- Instead of a foreign key, whose share lock on a row of the chart every teller would queue for.
    SELECT n.voucher_id INTO bad FROM added n
    LEFT JOIN accounts_subject s ON s.code = n.subject AND s.postable
        AND (s.opened_on IS NULL OR s.opened_on <= n.business_date)
        AND (s.closed_on IS NULL OR s.closed_on > n.business_date)
    WHERE s.code IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'line of voucher % on a subject that takes none', bad USING ERRCODE = 'LG102';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_of_this_transaction AFTER INSERT ON accounts_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_lines();

-- The id bounds of the header make every later look at "the postings of this voucher" a range of the key.
CREATE FUNCTION ledger_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT n.voucher_id INTO bad
    FROM (SELECT voucher_id, business_date, min(id) AS low, max(id) AS high FROM added
          GROUP BY voucher_id, business_date) n
    LEFT JOIN accounts_voucher v ON v.id = n.voucher_id
    WHERE v.xid IS DISTINCT FROM pg_current_xact_id()::text::bigint OR v.business_date <> n.business_date
       OR v.first_posting IS NULL OR n.low < v.first_posting OR n.high > v.last_posting
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting of voucher % which this transaction did not write', bad USING ERRCODE = 'LG101';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER posting_of_this_transaction AFTER INSERT ON accounts_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_postings();

-- At commit: written by this transaction; debits = credits; red figures only where it reverses; and on every subject
-- with a sub-ledger, lines = postings, branch by branch, both read on the subject's own side.
CREATE FUNCTION ledger_check_voucher() RETURNS trigger
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    debit numeric;
    credit numeric;
    red boolean;
    gap record;
BEGIN
    IF NEW.xid <> pg_current_xact_id()::text::bigint THEN
        RAISE EXCEPTION 'voucher % names another transaction', NEW.id USING ERRCODE = 'LG101';
    END IF;
    SELECT sum(amount) FILTER (WHERE side = 'D'), sum(amount) FILTER (WHERE side = 'C'), bool_or(amount < 0)
    INTO debit, credit, red FROM accounts_line WHERE voucher_id = NEW.id;
    IF debit IS NULL OR debit IS DISTINCT FROM credit THEN
        RAISE EXCEPTION 'voucher %: debits % against credits %', NEW.id, debit, credit USING ERRCODE = 'LG103';
    END IF;
    IF red AND NEW.reverses_id IS NULL THEN
        RAISE EXCEPTION 'voucher % has red figures and reverses nothing', NEW.id USING ERRCODE = 'LG103';
    END IF;
    SELECT coalesce(l.subject, p.subject) AS subject, coalesce(l.branch, p.branch) AS branch,
           coalesce(l.amount, 0) AS lines, coalesce(p.amount, 0) AS postings
    INTO gap
    FROM (
        SELECT line.subject, line.branch,
               sum(CASE WHEN line.side = s.side THEN line.amount ELSE -line.amount END) AS amount
        FROM accounts_line line JOIN accounts_subject s ON s.code = line.subject
        WHERE line.voucher_id = NEW.id AND s.has_subledger
        GROUP BY line.subject, line.branch
    ) l
    FULL JOIN (
        SELECT subject, branch, sum(current + carried) AS amount FROM accounts_posting
        WHERE id BETWEEN NEW.first_posting AND NEW.last_posting AND business_date = NEW.business_date
          AND voucher_id = NEW.id
        GROUP BY subject, branch
    ) p ON p.subject = l.subject AND p.branch = l.branch
    WHERE coalesce(l.amount, 0) <> coalesce(p.amount, 0)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'voucher %, subject %, branch %: lines % against postings %',
            NEW.id, gap.subject, gap.branch, gap.lines, gap.postings USING ERRCODE = 'LG104';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER voucher_is_whole AFTER INSERT ON accounts_voucher
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_voucher();
