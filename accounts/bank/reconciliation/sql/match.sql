-- The matching passes of a run (withdrawals_loans_finance 3.7), set-based. Steps are run in order by passes.py in one
-- transaction. A pass pairs a line and an entry only where each is the only one for the other; what carries stronger
-- evidence of its own (a host number, a business number of ours) is never given away on weaker.
-- step
-- Lines and entries in question: new since the last run, or left over from it.
CREATE TEMP VIEW recon_line AS
SELECT n.id, n.special_account_id AS account, n.host_date AS day, n.amount, n.host_no, n.reversal, n.pair_id,
       n.counter_account_index AS counter, n.counter_name, n.remark, n.summary
FROM accounts_banknotice n
WHERE n.special_account_id = ANY(%(accounts)s) AND n.received_on >= %(since)s
  AND NOT EXISTS (SELECT FROM accounts_bankmatch m WHERE m.notice_id = n.id AND m.undone_at IS NULL)
  AND NOT EXISTS (SELECT FROM accounts_outstandingitem o WHERE o.notice_id = n.id AND o.by_hand)
UNION ALL
SELECT n.id, n.special_account_id, n.host_date, n.amount, n.host_no, n.reversal, n.pair_id,
       n.counter_account_index, n.counter_name, n.remark, n.summary
FROM accounts_outstandingitem o JOIN accounts_banknotice n ON n.id = o.notice_id
WHERE o.special_account_id = ANY(%(accounts)s) AND o.state <> 'cleared' AND NOT o.by_hand AND n.received_on < %(since)s
-- step
CREATE TEMP VIEW recon_entry AS
SELECT e.id, e.special_account_id AS account, coalesce(e.host_date, e.business_date) AS day, e.amount, e.host_no,
       e.business_no, e.batch_no, e.counter_account_index AS counter, e.counter_name, e.voucher_id, e.reverses_voucher
FROM accounts_journalentry e
WHERE e.special_account_id = ANY(%(accounts)s) AND e.business_date >= %(since)s
  AND NOT EXISTS (SELECT FROM accounts_bankmatch m WHERE m.entry_id = e.id AND m.undone_at IS NULL)
  AND NOT EXISTS (SELECT FROM accounts_outstandingitem o WHERE o.entry_id = e.id AND o.by_hand)
UNION ALL
SELECT e.id, e.special_account_id, coalesce(e.host_date, e.business_date), e.amount, e.host_no,
       e.business_no, e.batch_no, e.counter_account_index, e.counter_name, e.voucher_id, e.reverses_voucher
FROM accounts_outstandingitem o JOIN accounts_journalentry e ON e.id = o.entry_id
WHERE o.special_account_id = ANY(%(accounts)s) AND o.state <> 'cleared' AND NOT o.by_hand AND e.business_date < %(since)s
-- step
-- Pass 1: the bank's own number, day and amount. The bank never repeats it; books that do are left to a person.
CREATE TEMP TABLE recon_pair ON COMMIT DROP AS
SELECT min(l.account) AS account, l.id AS line, min(e.id) AS entry
FROM recon_line l
JOIN recon_entry e ON e.account = l.account AND e.host_no = l.host_no AND e.day = l.day AND e.amount = l.amount
WHERE e.host_no <> ''
GROUP BY l.id
HAVING count(*) = 1
-- step
DELETE FROM recon_pair WHERE entry IN (SELECT entry FROM recon_pair GROUP BY entry HAVING count(*) > 1)
-- step
-- What is left, with all that can still tell. Names and numbers in words are read for these few only.
CREATE TEMP TABLE rest_line ON COMMIT DROP AS
SELECT l.id, l.account, l.day, l.amount, l.host_no, l.reversal, l.pair_id, l.counter,
       bank_name_key(l.counter_name) AS name, l.remark || ' ' || l.summary AS words, false AS ours
FROM recon_line l
WHERE NOT EXISTS (SELECT FROM recon_pair p WHERE p.line = l.id)
-- step
CREATE TEMP TABLE rest_entry ON COMMIT DROP AS
SELECT e.*, bank_name_key(e.counter_name) AS name FROM recon_entry e
WHERE NOT EXISTS (SELECT FROM recon_pair p WHERE p.entry = e.id)
-- step
INSERT INTO accounts_bankmatch (special_account_id, rung, notice_id, entry_id, matched_on, matched_by, reason, undone_by)
SELECT account, 1, line, entry, %(day)s, '', '', '' FROM recon_pair ORDER BY line
-- step
ANALYZE rest_line, rest_entry
-- step
-- A line that names a business number of ours is ours, whichever pass it ends in: no stranger's entry may have it.
CREATE TEMP TABLE rest_word ON COMMIT DROP AS
SELECT DISTINCT l.id AS line, l.account, word
FROM rest_line l CROSS JOIN LATERAL regexp_split_to_table(upper(normalize(l.words, NFKC)), '[\s,;:/|]+') AS word
WHERE length(word) BETWEEN 6 AND 40
-- step
UPDATE rest_line l SET ours = true
WHERE EXISTS (
    SELECT FROM rest_word w JOIN accounts_paymentinstruction p ON p.business_no = split_part(w.word, '-', 1)
    WHERE w.line = l.id
) OR EXISTS (SELECT FROM rest_word w JOIN rest_entry e ON e.business_no = w.word WHERE w.line = l.id)
-- step
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT NULL::bigint AS account, NULL::int AS rung, NULL::bigint AS together, NULL::bigint AS line, NULL::bigint AS entry
WHERE false
-- step
-- Pass 0: what the bank took back, with what it took back, where the books know of neither. Named by number, else alone
-- of its amount within three days.
INSERT INTO made
WITH booked AS MATERIALIZED (
    SELECT DISTINCT account, host_no FROM rest_entry WHERE host_no <> ''
), unbooked AS MATERIALIZED (
    SELECT l.* FROM rest_line l LEFT JOIN booked b ON b.account = l.account AND b.host_no = l.host_no
    WHERE b.host_no IS NULL
), candidates AS MATERIALIZED (
    SELECT r.account, r.id AS reversal, o.id AS original,
           CASE WHEN o.id = r.pair_id THEN 0 WHEN strpos(r.words, o.host_no) > 0 THEN 1 ELSE 2 END AS strength
    FROM unbooked r
    JOIN unbooked o ON o.account = r.account AND o.amount = -r.amount AND NOT o.reversal
                   AND o.day BETWEEN r.day - 3 AND r.day
    WHERE r.reversal
), ranked AS (
    SELECT c.*, min(strength) OVER (PARTITION BY reversal) AS strongest FROM candidates c
), best AS (
    SELECT r.*, count(*) OVER (PARTITION BY reversal) AS of_reversal, count(*) OVER (PARTITION BY original) AS of_original
    FROM ranked r WHERE strength = strongest
), groups AS MATERIALIZED (
    SELECT account, reversal, original, nextval('accounts_bankmatch_id_seq') AS together
    FROM best WHERE of_reversal = 1 AND of_original = 1
)
SELECT account, 0, together, side, NULL FROM groups CROSS JOIN LATERAL (VALUES (original), (reversal)) AS s(side)
-- step
-- The same in the books: a red voucher and the one it reverses, where the bank knows of neither.
INSERT INTO made
WITH pairs AS (
    SELECT e.account, o.id AS original, e.id AS red,
           count(*) OVER (PARTITION BY e.id) AS of_red, count(*) OVER (PARTITION BY o.id) AS of_original
    FROM rest_entry e
    JOIN rest_entry o ON o.account = e.account AND o.voucher_id = e.reverses_voucher AND o.amount = -e.amount
), groups AS MATERIALIZED (
    SELECT account, original, red, nextval('accounts_bankmatch_id_seq') AS together
    FROM pairs WHERE of_red = 1 AND of_original = 1
)
SELECT account, 0, together, NULL, side FROM groups CROSS JOIN LATERAL (VALUES (original), (red)) AS s(side)
-- take
-- step
-- Pass 2: our own number in the bank's words, and the amount.
INSERT INTO made
WITH candidates AS (
    SELECT l.account, l.id AS line, e.id AS entry,
           count(*) OVER (PARTITION BY l.id) AS of_line, count(*) OVER (PARTITION BY e.id) AS of_entry
    FROM rest_word w
    JOIN rest_line l ON l.id = w.line
    JOIN rest_entry e ON e.account = l.account AND e.business_no = w.word AND e.amount = l.amount
)
SELECT account, 2, NULL, line, entry FROM candidates WHERE of_line = 1 AND of_entry = 1
-- take
-- step
-- Pass 3: one total of the bank for a batch, against the details of it that succeeded.
INSERT INTO made
WITH batches AS (
    SELECT account, batch_no, sum(amount) AS amount,
           min(CASE WHEN strpos(business_no, '-') > 0 THEN split_part(business_no, '-', 1) ELSE business_no END) AS number
    FROM rest_entry WHERE batch_no <> '' GROUP BY account, batch_no
), candidates AS (
    SELECT DISTINCT l.account, l.id AS line, b.batch_no
    FROM batches b
    JOIN rest_word w ON w.account = b.account AND w.word IN (upper(b.batch_no), b.number)
    JOIN rest_line l ON l.id = w.line AND l.account = b.account AND l.amount = b.amount
), counted AS (
    SELECT c.*, count(*) OVER (PARTITION BY line) AS of_line, count(*) OVER (PARTITION BY account, batch_no) AS of_batch
    FROM candidates c
), groups AS MATERIALIZED (
    SELECT account, line, batch_no, nextval('accounts_bankmatch_id_seq') AS together
    FROM counted WHERE of_line = 1 AND of_batch = 1
)
SELECT g.account, 3, g.together,
       CASE WHEN row_number() OVER (PARTITION BY g.line ORDER BY e.id) = 1 THEN g.line END, e.id
FROM groups g JOIN rest_entry e ON e.account = g.account AND e.batch_no = g.batch_no
-- take
-- step
-- Pass 4: amount, counter-account and day.
INSERT INTO made
SELECT account, 4, NULL, max(line), max(entry)
FROM (
    SELECT account, counter, day, amount, id AS line, NULL::bigint AS entry FROM rest_line
    WHERE counter IS NOT NULL AND NOT reversal AND NOT ours
    UNION ALL
    SELECT account, counter, day, amount, NULL, id FROM rest_entry
    WHERE counter IS NOT NULL AND host_no = '' AND reverses_voucher IS NULL
) both_sides
GROUP BY account, counter, day, amount
HAVING count(line) = 1 AND count(entry) = 1
-- take
-- step
-- Pass 5: amount and counter-name, three working days either way. Counted in windows, never as a product of both sides.
INSERT INTO made
WITH days AS (
    SELECT day, count(*) FILTER (WHERE working) OVER (ORDER BY day) AS place
    FROM (
        SELECT d::date AS day, coalesce(w.is_working, extract(isodow FROM d) < 6) AS working
        FROM generate_series((SELECT min(day) FROM (SELECT min(day) AS day FROM rest_line
                                                    UNION ALL SELECT min(day) FROM rest_entry) x),
                             (SELECT max(day) FROM (SELECT max(day) AS day FROM rest_line
                                                    UNION ALL SELECT max(day) FROM rest_entry) x), '1 day') d
        LEFT JOIN servicehub_workday w ON w.day = d::date
    ) calendar
), both_sides AS (
    SELECT l.account, l.name, l.amount, d.place, l.counter, l.id AS line, NULL::bigint AS entry
    FROM rest_line l JOIN days d ON d.day = l.day WHERE l.name IS NOT NULL AND NOT l.reversal AND NOT l.ours
    UNION ALL
    SELECT e.account, e.name, e.amount, d.place, e.counter, NULL, e.id
    FROM rest_entry e JOIN days d ON d.day = e.day
    WHERE e.name IS NOT NULL AND e.host_no = '' AND e.reverses_voucher IS NULL
), near AS (
    SELECT b.*, count(line) OVER around AS lines, count(entry) OVER around AS entries,
           max(line) OVER around AS near_line, max(entry) OVER around AS near_entry
    FROM both_sides b
    WINDOW around AS (PARTITION BY account, name, amount ORDER BY place RANGE BETWEEN 3 PRECEDING AND 3 FOLLOWING)
)
SELECT l.account, 5, NULL, l.line, e.entry
FROM (SELECT account, line, near_entry AS entry, counter FROM near WHERE line IS NOT NULL AND lines = 1 AND entries = 1) l
JOIN (SELECT near_line AS line, entry, counter FROM near WHERE entry IS NOT NULL AND lines = 1 AND entries = 1) e
    ON e.line = l.line AND e.entry = l.entry
WHERE l.counter IS NULL OR e.counter IS NULL OR l.counter = e.counter
-- take
-- step
-- Pass 6: a line that is the sum of two to five entries of one counterparty within three days.
CREATE TEMP TABLE sum_target ON COMMIT DROP AS
SELECT account, id, day, amount, coalesce(name, encode(counter, 'hex')) AS party
FROM rest_line WHERE NOT reversal AND NOT ours AND coalesce(name, encode(counter, 'hex')) IS NOT NULL
-- step
CREATE TEMP TABLE sum_part ON COMMIT DROP AS
SELECT account, id, day, amount, coalesce(name, encode(counter, 'hex')) AS party
FROM rest_entry WHERE host_no = '' AND reverses_voucher IS NULL AND coalesce(name, encode(counter, 'hex')) IS NOT NULL
-- step
CREATE TEMP TABLE sum_found ON COMMIT DROP AS
{sums}
-- step
INSERT INTO made
WITH groups AS MATERIALIZED (SELECT f.*, nextval('accounts_bankmatch_id_seq') AS together FROM sum_found f)
SELECT account, 6, together, CASE WHEN place = 1 THEN target END, part
FROM groups CROSS JOIN LATERAL unnest(parts) WITH ORDINALITY AS p(part, place)
-- take
-- step
-- And an entry that is the sum of two to five lines.
TRUNCATE sum_target, sum_part, sum_found
-- step
INSERT INTO sum_target
SELECT account, id, day, amount, coalesce(name, encode(counter, 'hex'))
FROM rest_entry WHERE host_no = '' AND reverses_voucher IS NULL AND coalesce(name, encode(counter, 'hex')) IS NOT NULL
-- step
INSERT INTO sum_part
SELECT account, id, day, amount, coalesce(name, encode(counter, 'hex'))
FROM rest_line WHERE NOT reversal AND NOT ours AND coalesce(name, encode(counter, 'hex')) IS NOT NULL
-- step
INSERT INTO sum_found
{sums}
-- step
INSERT INTO made
WITH groups AS MATERIALIZED (SELECT f.*, nextval('accounts_bankmatch_id_seq') AS together FROM sum_found f)
SELECT account, 6, together, part, CASE WHEN place = 1 THEN target END
FROM groups CROSS JOIN LATERAL unnest(parts) WITH ORDINALITY AS p(part, place)
-- take
