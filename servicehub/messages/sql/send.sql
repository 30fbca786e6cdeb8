-- One text to any number of readers, in one statement: their inbox rows, and a text message for those who want one.
-- Readers who were told under this key before, and readers who chose not to hear of it, are left out.
WITH readers AS (
    SELECT u.id AS user_id,
           COALESCE(p.sms, %(sms_default)s) AND NOT %(sms_never)s AS wants_sms,
           u.mobile IS NOT NULL AS has_mobile
      FROM servicehub_user u
      LEFT JOIN servicehub_messagepreference p ON p.user_id = u.id AND p.topic = %(topic)s
     WHERE u.id = ANY (%(users)s) AND (%(statutory)s OR COALESCE(p.inbox, true))
), told AS (
    INSERT INTO servicehub_message (user_id, topic, party, title, text, url, dedupe_key, sent_at, sms)
    SELECT user_id, %(topic)s, %(party)s, %(title)s, %(text)s, %(url)s, %(key)s, %(now)s,
           CASE WHEN NOT wants_sms THEN 'none' WHEN has_mobile THEN 'queued' ELSE 'no_mobile' END
      FROM readers
     ORDER BY user_id
        ON CONFLICT (user_id, dedupe_key) DO NOTHING
    RETURNING id, sms
), queued AS (
    INSERT INTO servicehub_outboxmessage (topic, dedupe_key, state, created_at, available_at, attempts, error)
    SELECT %(outbox_topic)s, %(outbox_topic)s || ':' || id, 'pending', %(now)s, %(sms_at)s, 0, ''
      FROM told
     WHERE sms = 'queued'
)
SELECT count(*) FROM told
