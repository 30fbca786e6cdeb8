-- The balance leaves the former employer and comes to the one whose roster the person is on now, on the person's own
-- unit: net zero for the person. Of the staged people of the given heads.
SELECT stage.change_id, s.id AS subaccount, leg.sign * (s.current + s.next_current) AS current,
    leg.sign * (s.carried + s.next_carried) AS carried,
    CASE leg.sign WHEN -1 THEN s.employer_ref ELSE spell.employer_account_id END AS employer
FROM roster_stage AS stage
JOIN accounts_fundaccount AS a ON a.id = stage.fund_account_id
JOIN accounts_membership AS spell ON spell.fund_account_id = a.id AND spell.to_month = 999912
    AND spell.to_month > spell.from_month
JOIN accounts_subaccount AS s ON s.id = a.subaccount_id
CROSS JOIN (VALUES (-1), (1)) AS leg(sign)
WHERE stage.change_id = ANY (%s)
    AND s.employer_ref IS DISTINCT FROM spell.employer_account_id
    AND s.current + s.carried + s.next_current + s.next_carried <> 0
