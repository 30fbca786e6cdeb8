"""Money out: withdrawals. Blind to deposits."""
