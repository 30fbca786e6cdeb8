"""Cases that stayed open until somebody outside had answered: closed by whoever hears the answer."""

from servicehub.cases import claims
from servicehub.cases.models import Case
from servicehub.cases.states import CaseAction, move
from servicehub.declare import Origin
from servicehub.gate.queueing import resume_all


def finish_case(origin: Origin, number: str) -> None:
    """办结, in the caller's transaction: its claims go, and cases that waited for it go on. Once; closed ones stay."""
    origin.require_pass()
    case = Case.objects.select_for_update(of=("self",), no_key=True).filter(number=number).first()
    if case is None or not case.is_open:
        return
    case.state = move(case.state, CaseAction.FINISH)
    case.closed_at = origin.at
    case.save(update_fields=["state", "closed_at"])
    claims.release(case.pk)
    resume_all(Case.objects.filter(waits_for=case.pk).values_list("pk", flat=True))
