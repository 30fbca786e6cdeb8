UPDATE accounts_fundaccount AS a
SET status = %(status)s, branch_id = %(branch)s, version = a.version + 1
FROM roster_stage AS s
WHERE a.id = s.fund_account_id AND a.status = ANY (%(before)s)
