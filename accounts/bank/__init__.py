"""Special bank accounts, bank notices, matching."""
