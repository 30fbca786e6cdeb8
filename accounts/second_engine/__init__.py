"""双算: interest computed a second time by code that shares nothing with the first.

Integers of fen, a calendar of its own, balances walked from one day of change to the next. It reads what moved (amount,
value date, bucket) and the rates, and compares with what the ledger keeps and has paid. A test holds its imports and
its SQL to that.
"""
