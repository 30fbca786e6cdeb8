"""The one door. Everything that reads or writes on somebody's behalf comes through here.

``submit``, ``read``, ``decide``, ``withdraw`` and ``callback`` do; ``preview`` and ``explain`` only say what would
happen; ``batch_origin`` lets a job in; ``finish_case`` closes what waited for an outside answer. All refuse with
``Refused``.
"""

from servicehub.gate.answers import Answer
from servicehub.gate.batches import batch_origin
from servicehub.gate.closing import finish_case
from servicehub.gate.deciding import decide, may_decide
from servicehub.gate.door import Preview, callback, explain, preview, read, submit
from servicehub.gate.refusals import Refused
from servicehub.gate.withdrawing import withdraw

__all__ = [
    "Answer",
    "Preview",
    "Refused",
    "batch_origin",
    "callback",
    "decide",
    "explain",
    "finish_case",
    "may_decide",
    "preview",
    "read",
    "submit",
    "withdraw",
]
