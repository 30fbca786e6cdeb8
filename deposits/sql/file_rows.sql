-- The rows of one upload, apart and counted: of a table that takes in 100,000 rows at a time the planner knows nothing
-- about the newest upload, and what it joins to one expected row takes minutes for a whole roster.
CREATE TEMPORARY TABLE file_rows ON COMMIT DROP AS
SELECT id, line, action_word, name_index, id_no_index, wage, rate, month, reason_word
FROM deposits_stagedchange WHERE upload_id = %(upload)s
