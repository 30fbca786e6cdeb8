-- Targets that are the sum of exactly one choice of two to five parts: same account, same counterparty, same direction,
-- within three days. A counterparty with more than ten parts about is left to a person: sums then prove nothing.
WITH RECURSIVE pool AS (
    SELECT t.id AS target, t.account, t.amount AS wanted, p.id AS part, p.amount,
           count(*) OVER (PARTITION BY t.id) AS size
    FROM sum_target t
    JOIN sum_part p ON p.account = t.account AND p.party = t.party AND p.day BETWEEN t.day - 3 AND t.day + 3
                   AND sign(p.amount) = sign(t.amount) AND abs(p.amount) < abs(t.amount)
), chosen AS (
    SELECT account, target, wanted, ARRAY[part] AS parts, part AS last, amount::numeric AS total FROM pool WHERE size BETWEEN 2 AND 10
    UNION ALL
    SELECT c.account, c.target, c.wanted, c.parts || p.part, p.part, c.total + p.amount
    FROM chosen c JOIN pool p ON p.target = c.target AND p.part > c.last
    WHERE cardinality(c.parts) < 5 AND abs(c.total + p.amount) <= abs(c.wanted)
), fitting AS (
    SELECT account, target, parts, count(*) OVER (PARTITION BY target) AS choices
    FROM chosen WHERE total = wanted AND cardinality(parts) >= 2
), wanted_once AS (
    SELECT part FROM fitting CROSS JOIN LATERAL unnest(parts) AS part GROUP BY part HAVING count(DISTINCT target) = 1
)
SELECT f.account, f.target, f.parts FROM fitting f
WHERE f.choices = 1 AND f.parts <@ ARRAY(SELECT part FROM wanted_once)
