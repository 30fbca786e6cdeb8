-- How a name is compared, whichever keyboard wrote it: half width, upper case, without blanks, brackets and points.
CREATE FUNCTION bank_name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT nullif(upper(regexp_replace(normalize(name, NFKC), '[\s()\[\]·.,、，。''"-]', '', 'g')), '')
$$;

-- Both are filled in the order of days and only ever appended to: a range costs almost nothing and finds a week at once.
CREATE INDEX bank_notice_received ON accounts_banknotice USING brin (received_on) WITH (pages_per_range = 32);
CREATE INDEX bank_match_day ON accounts_bankmatch USING brin (matched_on) WITH (pages_per_range = 32);

-- The journal is drawn from the ledger and kept as drawn.
CREATE TRIGGER journal_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION bank_told_facts();
