"""Pure rules of the ledger: facts in, decision out."""
