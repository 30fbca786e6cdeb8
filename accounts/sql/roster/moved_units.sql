SELECT a.subaccount_id, spell.employer_account_id
FROM roster_stage AS stage
JOIN accounts_fundaccount AS a ON a.id = stage.fund_account_id
JOIN accounts_membership AS spell ON spell.fund_account_id = a.id AND spell.to_month = 999912 AND spell.to_month > spell.from_month
