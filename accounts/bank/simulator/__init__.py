"""The bank's side of the settlement interface, as a process of its own: ``python -m accounts.bank.simulator``.

It keeps a ledger of accounts, so that statements and balances agree with every transaction it accepted; it speaks the
message types of ``accounts.bank.messages`` over HTTP; it pushes arrival notices to the centre; and it fails in the
ways real banks fail, by switches and by agreed account endings and cents. It is deterministic: its clock moves by
orders and by requests, never by itself. No Django, no database of the centre: standard library only.
"""
