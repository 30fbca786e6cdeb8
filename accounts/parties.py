"""What employers and persons look like to the hub, and who may act for them."""

from collections.abc import Collection

from django.db.models import Sum
from guardian.shortcuts import get_objects_for_user

from accounts.enums import LIVE, AccountStatus, AgentRole, EmployerStatus, FundKind, RestrictionKind
from accounts.models import AgentGrant, Employer, EmployerAccount, FundAccount, Membership, Person, Restriction
from accounts.roles import SELF
from servicehub import clock
from servicehub.declare import Authority, Finding, Origin, Party, PartyCard, PartyKind, registry
from servicehub.identity.models import User
from servicehub.kit.identity_numbers import IdType, normalise_mobile
from servicehub.kit.masks import mask_account, mask_id_number, mask_name
from servicehub.kit.names import normalise_name
from servicehub.kit.tokens import number_of, token_of
from servicehub.kit.wording import status

EMPLOYER_STATUS = {
    EmployerStatus.NORMAL: "normal",
    EmployerStatus.OPENED: "opened",
    EmployerStatus.DEFERRED: "deferred",
    EmployerStatus.CLOSED: "closed",
    EmployerStatus.SEALED: "sealed",
    EmployerStatus.OTHER: "stopped",
}
ACCOUNT_STATUS = {AccountStatus.NORMAL: "normal", AccountStatus.SEALED: "sealed"}  # every other code is "closed"

READ_ITEMS = ("Q-", "C-", "H-")  # looking, certificates and talking to the centre go on whatever the state
SEALED_STOPS = frozenset({"J-OPEN", "J-UNSL", "J-TRIN", "J-BASE", "J-RATE", "J-PAY", "J-DEFR"})
RESTRICTION_STOPS = {
    RestrictionKind.FREEZE: ("T-", "J-TRIN", "J-XFER"),
    RestrictionKind.LOAN: ("J-XFER", "T-QUIT", "T-RETI", "T-ABRD"),
    RestrictionKind.GUARANTEE: ("J-XFER", "T-QUIT", "T-ABRD"),
    RestrictionKind.BAN: ("T-", "L-"),
    RestrictionKind.DISPUTE: ("J-XFER",),
    RestrictionKind.RISK: ("T-", "L-", "J-XFER"),
}
"""Beginnings of the item codes each restriction stops. A freeze of an amount stops nothing here: money may leave above
it, and the withdrawal itself reckons what is free.
"""


def employer_status(code: str) -> str:
    return status("employer", EMPLOYER_STATUS.get(EmployerStatus(code), "stopped")).word


def account_status(code: str) -> str:
    return status("fund_account", ACCOUNT_STATUS.get(AccountStatus(code), "closed")).word


class EmployerKind(PartyKind):
    def cards(self, ids: Collection[int]) -> dict[int, PartyCard]:
        codes = dict(
            EmployerAccount.objects.filter(employer__in=ids, fund_kind=FundKind.HOUSING)
            .order_by("pk")
            .values_list("employer", "status")
        )
        rows = Employer.objects.filter(pk__in=ids).select_related("branch")
        return {
            row.pk: PartyCard(
                party=Party("employer", row.pk),
                token=row.token,
                label=row.name,
                number=row.number,
                branch=row.branch_id,
                status=employer_status(codes.get(row.pk, EmployerStatus.OPENED)),
                details=(
                    ("统一社会信用代码", row.credit_code),
                    ("单位类别", row.get_klass_display()),
                    ("管理部", row.branch.name),
                    ("单位地址", row.address),
                ),
            )
            for row in rows
        }

    def branch(self, party_id: int) -> int | None:
        return Employer.objects.filter(pk=party_id).values_list("branch", flat=True).first()

    def find(self, token: str) -> int | None:
        return _existing(Employer, number_of("employer", token))

    def authority(self, origin: Origin, party_id: int) -> Authority | None:
        match origin.user_kind:
            case "staff":
                seen = Employer.objects.visible_to(origin).filter(pk=party_id).values_list("branch", flat=True)
                return Authority(origin.roles_at(*seen), basis="岗位") if seen else None
            case "employer" if origin.operator is not None:
                return _granted(origin, party_id)
        return None

    def mine(self, origin: Origin) -> list[int]:
        """Asked of guardian, which the grants write; those that have run out since are left out."""
        if origin.user_kind != "employer" or origin.operator is None:
            return []
        user = User.objects.filter(pk=origin.operator).first()
        if user is None:
            return []
        codes = [f"accounts.{role.value}" for role in AgentRole]
        permitted = get_objects_for_user(user, codes, Employer, any_perm=True, with_superuser=False)
        in_force = permitted.filter(pk__in=Employer.objects.visible_to(origin).values("pk"))
        return list(in_force.order_by("number").values_list("pk", flat=True))

    def search(self, origin: Origin, text: str, limit: int = 20) -> list[int]:
        found = Employer.objects.visible_to(origin).found_by(text)
        return list(found.order_by("closed_on", "number").values_list("pk", flat=True)[:limit])

    def version(self, party_id: int) -> int:
        return Employer.objects.filter(pk=party_id).values_list("version", flat=True).first() or 0

    def blocks(self, party_id: int, item: str) -> list[Finding]:
        if item.startswith(READ_ITEMS):
            return []
        row = Employer.objects.filter(pk=party_id).values("closed_on").first()
        if row and row["closed_on"]:
            words = f"单位已于 {row['closed_on']} 注销，不能再办业务"
            return [Finding("EMPLOYER-CLOSED", words, remedy="确有需要的，到柜台核实单位登记")]
        sealed = EmployerAccount.objects.of(party_id).filter(status=EmployerStatus.SEALED)
        if item in SEALED_STOPS and sealed.exists():
            return [Finding("EMPLOYER-SEALED", "单位账户已封存，不能办理名册变更和汇缴", remedy="先到柜台办理单位启封")]
        return []

    def contacts(self, party_id: int) -> list[int]:
        grants = AgentGrant.objects.in_force(clock.business_date()).filter(
            employer=party_id, role__in=[AgentRole.ADMIN, AgentRole.MAKER]
        )
        return sorted(set(grants.values_list("user", flat=True)))


class PersonKind(PartyKind):
    def cards(self, ids: Collection[int]) -> dict[int, PartyCard]:
        accounts = {
            row["person"]: row
            for row in FundAccount.objects.filter(person__in=ids, fund_kind=FundKind.HOUSING)
            .order_by("pk")
            .values("person", "number", "status", "branch")
        }
        employers = dict(
            Membership.objects.open()
            .filter(fund_account__person__in=ids, fund_account__fund_kind=FundKind.HOUSING)
            .order_by("pk")
            .values_list("fund_account__person", "employer_account__employer__name")
        )
        return {
            person.pk: _person_card(person, accounts.get(person.pk), employers.get(person.pk, ""))
            for person in Person.objects.filter(pk__in=ids)
        }

    def branch(self, party_id: int) -> int | None:
        return next(iter(_branches_of(party_id)), None)

    def find(self, token: str) -> int | None:
        return _existing(Person, number_of("person", token))

    def authority(self, origin: Origin, party_id: int) -> Authority | None:
        """Oneself; staff within their branches; an employer's agent for whoever is on that employer's roster."""
        if not Person.objects.visible_to(origin).filter(pk=party_id).exists():
            return None
        match origin.user_kind:
            case "staff":
                return Authority(origin.roles_at(*_branches_of(party_id)), basis="岗位")
            case "person":
                return Authority(frozenset({SELF}), basis="本人")
            case "employer":
                return _granted(origin, origin.acting_for.id) if origin.acting_for.kind == "employer" else None
        return None

    def mine(self, origin: Origin) -> list[int]:
        if origin.user_kind != "person" or origin.operator is None:
            return []
        return list(Person.objects.of_user(origin.operator).order_by("pk").values_list("pk", flat=True))

    def recognise(self, name: str, id_number: str, mobile: str) -> int | None:
        """Name and mobile as the employer registered them: three facts of one person, and the telephone in hand."""
        person = Person.objects.identified(IdType.RESIDENT, id_number).first()
        if person is None or not person.mobile:
            return None
        same_name = normalise_name(person.name) == normalise_name(name)
        return person.pk if same_name and person.mobile == normalise_mobile(mobile) else None

    def search(self, origin: Origin, text: str, limit: int = 20) -> list[int]:
        found = Person.objects.visible_to(origin).found_by(text)
        return list(found.order_by("name_key", "pk").values_list("pk", flat=True)[:limit])

    def version(self, party_id: int) -> int:
        own = Person.objects.filter(pk=party_id).values_list("version", flat=True).first() or 0
        accounts = FundAccount.objects.filter(person=party_id).aggregate(total=Sum("version"))["total"] or 0
        return own + accounts

    def blocks(self, party_id: int, item: str) -> list[Finding]:
        if item.startswith(READ_ITEMS):
            return []
        live = Restriction.objects.live(clock.business_date()).filter(fund_account__person=party_id)
        return [_blocked(row) for row in live.order_by("rank", "pk") if _stops(row, item)]

    def contacts(self, party_id: int) -> list[int]:
        person = Person.objects.filter(pk=party_id).values("user", "id_type", "id_index").first()
        if person is None:
            return []
        if person["user"] or person["id_type"] != IdType.RESIDENT:
            return [person["user"]] if person["user"] else []
        users = User.objects.filter(kind="person", id_index=person["id_index"]).exclude(state="cancelled")
        return list(users.order_by("pk").values_list("pk", flat=True))


def _existing(model, number: int | None) -> int | None:
    return number if number is not None and model.objects.filter(pk=number).exists() else None


def _branches_of(person: int) -> list[int]:
    """Where the person's accounts are kept; where they are registered while they have none."""
    kept = list(
        FundAccount.objects.filter(person=person).values_list("branch", flat=True).distinct().order_by("branch")
    )
    return kept or list(Person.objects.filter(pk=person).values_list("branch", flat=True))


def _granted(origin: Origin, employer: int) -> Authority | None:
    grants = AgentGrant.objects.in_force(origin.business_date).filter(user=origin.operator, employer=employer)
    parts = tuple(
        Authority(
            roles=frozenset({grant.role}),
            items=None if grant.items is None else frozenset(grant.items),
            limit=grant.instruction_limit,
            basis=grant.evidence,
        )
        for grant in grants.order_by("pk")
    )
    return Authority.joined(parts) if parts else None


def _person_card(person: Person, account: dict | None, employer: str) -> PartyCard:
    return PartyCard(
        party=Party("person", person.pk),
        token=token_of("person", person.pk),
        label=mask_name(person.name),
        number=mask_account(account["number"]) if account else "",
        branch=account["branch"] if account else person.branch_id,
        status=account_status(account["status"]) if account else "",
        details=(
            ("证件号码", mask_id_number(person.id_number)),
            ("单位", employer if account and account["status"] in LIVE else ""),
        ),
    )


def _stops(row: Restriction, item: str) -> bool:
    if row.kind == RestrictionKind.FREEZE and row.amount is not None and item.startswith("T-"):
        return False
    return item.startswith(RESTRICTION_STOPS[RestrictionKind(row.kind)])


def _blocked(row: Restriction) -> Finding:
    until = f"至 {row.until}" if row.until else ""
    words = f"账户自 {row.starts_on} 起{row.get_kind_display()}{until}，不能办理这项业务"
    return Finding(
        code="R17" if row.kind == RestrictionKind.FREEZE else f"RESTRICTED-{row.kind.upper()}",
        message=words,
        remedy=f"由{row.authority}（{row.document}）解除后再办",
        facts={"kind": row.kind, "until": str(row.until or "")},
    )


registry.party_kinds.add(EmployerKind(code="employer", label="单位"))
registry.party_kinds.add(PersonKind(code="person", label="个人"))
