"""Pure rules of the bank room."""
