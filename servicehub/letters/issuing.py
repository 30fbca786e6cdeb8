"""Issuing letters: facts frozen under a code, printed by a worker, verified by anybody, revoked with a reason."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from servicehub import audit, clock, files
from servicehub.declare import Letter, Origin, Party
from servicehub.declare.registry import letters
from servicehub.kit import crypto
from servicehub.letters import codes, freezing
from servicehub.letters.models import IssuedLetter, LetterState, PrintOut, PrintState
from servicehub.outbox.after_commit import send, send_after_commit

DIGEST_DOMAIN = "servicehub.letters.digest"
STALE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Pending:
    """Not there yet: being made, or (``error``) not made; the page says so and asks again."""

    print_out: int
    error: str = ""


def issue(origin: Origin, code: str, subject: str, party: Party | None = None) -> IssuedLetter:
    """Freeze the facts of ``subject`` and give them a code. The same facts on the same day are the same letter.

    Its original is printed by a worker; ``pdf`` gives it when it is there.

    :raises KeyError: no such letter.
    """
    declared = letters[code]
    facts = declared.facts(origin, subject)
    text = freezing.freeze(facts)
    digest = crypto.blind_index(text, DIGEST_DOMAIN)
    with transaction.atomic():
        issued, created = IssuedLetter.objects.get_or_create(
            code=code,
            subject=subject,
            facts_digest=digest,
            business_date=origin.business_date,
            state=LetterState.VALID,
            defaults={
                "label": declared.label,
                "party": str(party) if party else "",
                "verification": codes.new_code(),
                "facts": text,
                "public": {str(key): str(value) for key, value in declared.public(facts).items()},
                "issued_at": clock.now(),
                "issued_by": origin.operator,
                "issuer_name": origin.operator_name,
                "channel": origin.channel,
                "valid_until": _valid_until(declared, origin),
            },
        )
        if created:
            _log_print(origin, issued, 1, "出具")
    return issued


def print_again(origin: Origin, issued: IssuedLetter) -> PrintOut:
    """Another printing, marked 补打 and counted."""
    with transaction.atomic():
        IssuedLetter.objects.select_for_update(no_key=True).get(pk=issued.pk)  # numbers are given one at a time
        last = issued.print_outs.aggregate(Max("number"))["number__max"] or 0
        return _log_print(origin, issued, last + 1, "补打")


def pdf(issued: IssuedLetter, number: int = 1) -> bytes | Pending:
    """The bytes of one printing, or that they are still being made.

    :raises PrintOut.DoesNotExist: it was never printed so often.
    """
    print_out = issued.print_outs.get(number=number)
    if print_out.state == PrintState.READY:
        return files.read(print_out.attachment)
    return Pending(print_out.pk, print_out.error)


def render(print_out_id: int) -> bool:
    """Make the file of one printing; the worker's door and tests call it. ``False``: it was there already, or cannot
    be made on this machine (the reason stands with it, and the sweeper tries again).
    """
    from servicehub.letters import paper  # seconds to import: workers only

    print_out = PrintOut.objects.select_related("letter").get(pk=print_out_id)
    if print_out.state == PrintState.READY:
        return False
    issued = print_out.letter
    try:
        data = paper.draw(letters[issued.code], issued, print_out)
    except paper.CannotPrint as lacking:
        PrintOut.objects.filter(pk=print_out_id).update(state=PrintState.FAILED, error=lacking.message)
        paper.report(lacking)
        return False
    name = f"{issued.label}-{issued.serial}{'-补打' if print_out.number > 1 else ''}.pdf"
    with transaction.atomic():
        locked = PrintOut.objects.select_for_update(no_key=True).get(pk=print_out_id)
        if locked.state == PrintState.READY:
            return False  # made twice, kept once
        locked.attachment = files.keep(_printer(print_out), name, data, files.Kind.PDF)
        locked.state, locked.error = PrintState.READY, ""
        locked.save(update_fields=["attachment", "state", "error"])
    return True


def sweep() -> int:
    """Send printings whose task was lost, and those this machine could not make before. Returns how many."""
    from servicehub.letters.tasks import render_print_out

    limit = clock.now() - timedelta(seconds=STALE_SECONDS)
    waiting = PrintOut.objects.exclude(state=PrintState.READY).filter(at__lt=limit).order_by("at")
    return sum(send(render_print_out, pk) for pk in waiting.values_list("pk", flat=True)[:200])


def verify(text: str, on=None) -> dict | None:
    """What anybody may know of the letter with this code; ``None`` for a code we never gave.

    ``state``: valid, expired or revoked. ``facts``: labels and words the letter's app allows.
    """
    code = codes.normalised(text)
    if not codes.is_code(code):
        return None
    issued = IssuedLetter.objects.filter(verification=code).first()
    if issued is None:
        return None
    state = issued.state
    if state == LetterState.VALID and issued.valid_until and issued.valid_until < (on or clock.today()):
        state = "expired"
    original = issued.print_outs.select_related("attachment").filter(number=1, state=PrintState.READY).first()
    return {
        "label": issued.label,
        "serial": issued.serial,
        "issued_on": issued.business_date,
        "valid_until": issued.valid_until,
        "state": str(state),
        "revoke_reason": issued.revoke_reason,
        "facts": issued.public,
        "sha256": original.attachment.sha256 if original else "",
    }


def revoke(origin: Origin, issued: IssuedLetter, reason: str) -> None:
    """It no longer verifies as valid; the paper itself stays as it was."""
    origin.require_pass()
    with transaction.atomic():
        changed = IssuedLetter.objects.filter(pk=issued.pk, state=LetterState.VALID).update(
            state=LetterState.REVOKED, revoked_at=clock.now(), revoke_reason=reason[:200]
        )
        if changed:
            audit.record_event(origin, "作废文书", _object(issued), label=str(issued), reason=reason[:200])


# --- Inside ----------------------------------------------------------------------------------------------------------


def _log_print(origin: Origin, issued: IssuedLetter, number: int, action: str) -> PrintOut:
    from servicehub.letters.tasks import render_print_out

    print_out = PrintOut.objects.create(
        letter=issued,
        number=number,
        at=clock.now(),
        by_id=origin.operator,
        by_name=origin.operator_name,
        channel=origin.channel,
    )
    audit.record_event(origin, action, _object(issued), label=str(issued), facts={"次数": str(number)})
    send_after_commit(render_print_out, print_out.pk)
    return print_out


def _valid_until(declared: Letter, origin: Origin):
    return origin.business_date + timedelta(days=declared.valid_days) if declared.valid_days else None


def _object(issued: IssuedLetter) -> str:
    return f"servicehub.letter:{issued.pk}"


def _printer(print_out: PrintOut) -> Origin:
    """Whoever asked for the printing, for the attachment's record: the worker acts for them."""
    return Origin(
        operator=print_out.by_id,
        operator_name=print_out.by_name,
        channel=print_out.channel,
        business_date=print_out.letter.business_date,
        at=print_out.at,
        request_id=f"print-{print_out.pk}",
    )
