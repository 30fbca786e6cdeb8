"""What is in flight: claims keyed (party, item), locked and inserted in key order, judged by the clash matrix."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from servicehub.declare import Finding, Party
from servicehub.declare import registry as declared

ONE_BY_ONE_MAX = 500  # parties locked one by one; PostgreSQL's lock table holds 64 per connection
FINDINGS_MAX = 200  # clashes told one by one; beyond that the count says enough


@dataclass(frozen=True, slots=True)
class Claims:
    """Columns, as the SQL functions take them. ``rows`` is a SELECT for a set too large for columns."""

    kinds: list[str]
    ids: list[int]
    items: list[str]
    rows: tuple[str, tuple] | None = None

    @classmethod
    def of(cls, wanted: Iterable[tuple[Party, str]]) -> "Claims":
        ordered = sorted(set(wanted))
        return cls(
            [party.kind for party, _ in ordered], [party.id for party, _ in ordered], [item for _, item in ordered]
        )

    @property
    def is_large(self) -> bool:
        return self.rows is not None

    def __bool__(self) -> bool:
        return bool(self.ids) or self.is_large


NO_CLAIMS = Claims([], [], [])


def claims_of(wanted: Iterable[tuple[Party, str]], rows: tuple[str, tuple] | None = None) -> Claims:
    """Small sets become columns even when they were given as a SELECT: then only their own parties are locked."""
    listed = list(wanted)
    if rows is None:
        return Claims.of(listed) if listed else NO_CLAIMS
    statement, parameters = rows
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({statement}) wanted LIMIT {ONE_BY_ONE_MAX + 1}", parameters)
        found = cursor.fetchall()
    if len(found) <= ONE_BY_ONE_MAX:
        return Claims.of([*listed, *((Party(kind, party_id), item) for kind, party_id, item in found)])
    if listed:
        raise ValueError("a large set names all its claims in claim_rows")
    return Claims([], [], [], rows)


def take_all(claims: Claims, case_id: int) -> list[dict]:
    """A large set: one lock and one join with what is in flight. Returns rivals, at most ``FINDINGS_MAX``.

    The lock shuts out every other claim until this transaction ends. What is done at once needs no rows beside it;
    what waits keeps them (``keep_all``).
    """
    statement, parameters = claims.rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('servicehub_claim'), 0)")
        cursor.execute(
            "SELECT wanted.party_kind, wanted.party_id, wanted.item, held.item AS other, rule.verdict, rule.reason,"
            ' other.number AS "case", other.id AS case_id, other.opened_at, other.channel'
            f" FROM ({statement}) wanted"
            " JOIN servicehub_claim held"
            " ON held.party_kind = wanted.party_kind AND held.party_id = wanted.party_id AND held.case_id <> %s"
            " JOIN servicehub_clashrule rule ON rule.item = wanted.item AND rule.other = held.item"
            " JOIN servicehub_case other ON other.id = held.case_id"
            f" ORDER BY 1, 2, 3 LIMIT {FINDINGS_MAX}",
            [*parameters, case_id],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def keep_all(claims: Claims, case_id: int) -> None:
    """One INSERT in key order: about a second for 100,000."""
    statement, parameters = claims.rows
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO servicehub_claim (party_kind, party_id, item, slot, case_id)"
            " SELECT DISTINCT wanted.party_kind, wanted.party_id, wanted.item,"
            " CASE WHEN rule.id IS NULL THEN %s ELSE 0 END::bigint, %s::bigint"
            f" FROM ({statement}) wanted"
            " LEFT JOIN servicehub_clashrule rule"
            " ON rule.item = wanted.item AND rule.other = wanted.item AND rule.verdict = 'refused'"
            " WHERE NOT EXISTS (SELECT 1 FROM servicehub_claim held WHERE held.party_kind = wanted.party_kind"
            " AND held.party_id = wanted.party_id AND held.item = wanted.item AND held.case_id = %s)"
            " ORDER BY 1, 2, 3",
            [case_id, case_id, *parameters, case_id],
        )


def release(case_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM servicehub_claim WHERE case_id = %s", [case_id])


def item_name(code: str) -> str:
    item = declared.items.get(code)
    return item.name if item else code


def finding_of(rival: Mapping, label: str = "") -> Finding:
    """The sentence names the other case, so that the reader can go there."""
    wanted, other = item_name(rival["item"]), item_name(rival["other"])
    whose = f"{label}的" if label else ""
    return Finding(
        code="CLASH",
        message=f"{whose}“{other}”正在办理（流水号 {rival['case']}），办结前不能办理“{wanted}”",
        remedy=f"等流水号 {rival['case']} 办结，或先撤回它，再办理“{wanted}”",
        clause=rival.get("reason") or "",
        facts={
            "case": rival["case"],
            "party": f"{rival['party_kind']}:{rival['party_id']}",
            "item": rival["item"],
            "other": rival["other"],
        },
    )
