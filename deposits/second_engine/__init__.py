"""双算 of the monthly deposit: every confirmed line computed again in integers, by code that shares nothing with the first."""
