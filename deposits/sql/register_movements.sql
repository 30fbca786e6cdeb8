-- The movements of one confirmed register, as the ledger's batch posting reads them. The employer is left to the
-- subaccount: money of somebody who has moved on since follows the person, not the register's employer.
SELECT account.subaccount_id, line.employer_amount + line.employee_amount, line.employer_amount, line.employee_amount
FROM deposits_remittanceline AS line
JOIN accounts_fundaccount AS account ON account.id = line.fund_account_id
WHERE line.remittance_id = %s AND line.employer_amount + line.employee_amount > 0
