"""Who did what, when, from where, and proof that nobody rewrote it.

``record`` writes the changes of a business transaction, ``record_view`` a look at somebody's particulars,
``record_event`` everything else. ``seal`` links what was committed into the chain, ``verify`` walks it, and
``checkpoint`` writes its end outside the database.
"""

from servicehub.audit.checkpoints import checkpoint
from servicehub.audit.recording import AuditOutsideTransaction, record, record_event, record_view
from servicehub.audit.sealing import seal
from servicehub.audit.verifying import ChainFault, ChainReport, verify

__all__ = [
    "AuditOutsideTransaction",
    "ChainFault",
    "ChainReport",
    "checkpoint",
    "record",
    "record_event",
    "record_view",
    "seal",
    "verify",
]
