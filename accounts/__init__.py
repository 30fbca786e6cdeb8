"""Employers, persons and fund accounts; the bank and the ledger below them."""
