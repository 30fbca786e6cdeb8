"""Money in: change lists, remittance, payment, matching, suspense. Blind to withdrawals."""
