"""经办人授权: who may act for an employer, given at the counter with review, or by the employer's administrator."""

from rest_framework import serializers

from accounts.enums import AgentRole
from accounts.models import AgentGrant, Employer
from accounts.operations.forms import MobileField, NameField
from accounts.roles import AGENT_ADMINS, COUNTER, COUNTER_READERS
from accounts.services import grants
from accounts.services.grants import NewGrant, grant_findings, latest_end
from servicehub.declare import Audience, Change, Finding, Operation, Outcome, Query, Severity, Table, TableColumn
from servicehub.declare.registry import items, operations
from servicehub.identity.models import User
from servicehub.identity.people import find_user
from servicehub.kit.amounts import yuan
from servicehub.kit.fields import ChoiceField, DayField, MoneyField
from servicehub.kit.masks import mask_mobile, mask_name
from servicehub.kit.names import normalise_name
from servicehub.kit.tokens import number_of, token_of

GRANT = "agent_grant"
REASONS = [("left", "离职或调岗"), ("ended", "授权期满或不再需要"), ("replaced", "重新授权"), ("risk", "账号安全")]


def employer_items() -> list[tuple[str, str]]:
    """What can be granted: items that employers use."""
    return [(item.code, item.name) for item in items if Audience.EMPLOYER in item.audiences and item.published]


class ItemsField(serializers.MultipleChoiceField):
    """Chosen from the catalogue as it is when the form is built: other apps declare theirs after this module loads."""

    def __init__(self, **options):
        super().__init__(choices=[], **options)

    def bind(self, field_name, parent):
        super().bind(field_name, parent)
        self.choices = employer_items()

    def to_representation(self, value):
        return sorted(value)


@operations.add
class GrantAgent(Operation):
    code = "accounts.grant_agent"
    item = "S-GRANT"
    label = "经办人授权"
    target = "employer"
    roles = COUNTER | AGENT_ADMINS
    stages = ("reviewer",)
    fresh_proof = True
    counter_code = "1104"

    class Input(serializers.Serializer):
        name = NameField(label="经办人姓名")
        mobile = MobileField(label="经办人手机号", help_text="经办人登录网上业务大厅用的手机号")
        role = ChoiceField(label="角色", choices=AgentRole.choices())
        items = ItemsField(label="可办事项", required=False, default=list, help_text="不选即为该角色可办的全部事项")
        instruction_limit = MoneyField(
            label="单笔限额", required=False, allow_null=True, default=None, min_value=1, help_text="不填即不限"
        )
        valid_from = DayField(label="生效日期")
        valid_to = DayField(label="截止日期", help_text="最长三年，当天仍有效")
        evidence = serializers.CharField(label="授权依据", max_length=100, help_text="授权书编号，或法定代表人签名日期")

    def initial(self, origin, target):
        today = origin.business_date
        return {"valid_from": today.isoformat(), "valid_to": latest_end(today).isoformat()}

    def stages_for(self, origin, target, data):
        """An employer's administrator answers for the employer's own people; what the counter enters is checked."""
        return () if origin.user_kind == "employer" else self.stages

    def check(self, origin, target, data):
        findings = []
        user = find_user("employer", data["mobile"])
        if user is None:
            remedy = "经办人先在登录页用这个手机号注册"
            findings.append(Finding("GRANT-NOBODY", "这个手机号没有注册经办人用户", field="mobile", remedy=remedy))
        elif normalise_name(user.display_name) != data["name"]:
            words = "姓名与这个手机号注册的姓名不一致"
            findings.append(Finding("GRANT-NAME", words, field="name", remedy="核对经办人证件和手机号"))
        else:
            findings.extend(grant_findings(origin, _new(user, target, data)))
        if origin.user_kind == "employer":
            findings.extend(_beyond_own(origin, target, data))
        return findings

    def summary(self, origin, target, data):
        names = dict(employer_items())
        chosen = "、".join(names.get(code, code) for code in sorted(data["items"])) or "该角色可办的全部事项"
        return [("授权范围", chosen)]

    def execute(self, origin, target, data):
        user = find_user("employer", data["mobile"])
        (grant,) = grants.grant(origin, [_new(user, target, data)])
        role, name = AgentRole(data["role"]).label, mask_name(data["name"])
        change = Change(
            f"accounts.agent_grant:{grant.pk}",
            "授权",
            f"{_name_of(target)} {name} {role}",
            after={"角色": role, "期限": f"{grant.valid_from} 至 {grant.valid_to}", "依据": grant.evidence},
        )
        return Outcome(
            f"已授权{name}担任{role}，有效至 {grant.valid_to}",
            changes=(change,),
            rows=(("经办人", name), ("角色", role), ("期限", f"{grant.valid_from} 至 {grant.valid_to}")),
            facts={"grant": token_of(GRANT, grant.pk)},
        )

    @classmethod
    def example(cls):
        return {
            "name": "李敏",
            "mobile": "13800000001",
            "role": AgentRole.MAKER.value,
            "items": ["J-OPEN", "J-PAY"],
            "instruction_limit": "2000000.00",
            "valid_from": "2026-11-23",
            "valid_to": "2028-11-22",
            "evidence": "授权书 2026-014",
        }


@operations.add
class RevokeAgent(Operation):
    """Taking back needs no second person: it is what one does at once when a phone is lost or somebody leaves."""

    code = "accounts.revoke_agent"
    item = "S-GRANT"
    label = "收回经办人授权"
    target = "employer"
    roles = COUNTER | AGENT_ADMINS
    fresh_proof = True

    class Input(serializers.Serializer):
        grant = serializers.CharField(label="授权编号", max_length=8, help_text="见经办人清单")
        reason = ChoiceField(label="收回原因", choices=REASONS)

    def check(self, origin, target, data):
        row = _grant_of(target, data)
        if row is None or row.revoked_at:
            words = "没有这项授权，或已经收回"
            return [Finding("GRANT-NONE", words, field="grant", remedy="从经办人清单中选一项")]
        if row.role == AgentRole.ADMIN and not _other_admin(origin, row):
            return [
                Finding(
                    "GRANT-LAST",
                    "收回后单位没有管理员，再授权只能到柜台办理",
                    severity=Severity.WARNING,
                    field="grant",
                )
            ]
        return []

    def execute(self, origin, target, data):
        row = _grant_of(target, data)
        reason = dict(REASONS)[data["reason"]]
        grants.revoke(origin, [row.pk], reason)
        role, name = row.get_role_display(), mask_name(row.user.display_name)
        change = Change(
            f"accounts.agent_grant:{row.pk}", "收回授权", f"{_name_of(target)} {name} {role}", after={"原因": reason}
        )
        return Outcome(
            f"已收回{name}的{role}授权，立即生效", changes=(change,), rows=(("经办人", name), ("角色", role))
        )

    @classmethod
    def example(cls):
        return {"grant": "00000000", "reason": "left"}


@operations.add
class AgentGrants(Query):
    code = "accounts.agent_grants"
    item = "S-GRANT"
    label = "经办人清单"
    target = "employer"
    roles = COUNTER_READERS | AGENT_ADMINS

    class Input(serializers.Serializer):
        all = serializers.BooleanField(label="含已收回和期满的", required=False, default=False)

    def rows(self, origin, target, data):
        rows = AgentGrant.objects.filter(employer=target.id)
        if not data.get("all"):
            rows = rows.in_force(origin.business_date)
        columns = (
            TableColumn("grant", "授权编号"),
            TableColumn("name", "经办人"),
            TableColumn("mobile", "手机号码", "mask"),
            TableColumn("role_name", "角色", sort="role"),
            TableColumn("scope", "可办事项"),
            TableColumn("limit", "单笔限额"),
            TableColumn("valid_from", "生效日期", "date", sort="valid_from"),
            TableColumn("valid_to", "截止日期", "date", sort="valid_to"),
            TableColumn("standing", "状态"),
        )
        fields = ("pk", "user", "role", "items", "instruction_limit", "valid_from", "valid_to", "revoked_at")
        return Table(
            columns,
            rows.values(*fields),
            caption="经办人清单",
            order=("role", "pk"),
            finish=lambda page: _shown(page, origin.business_date),
            filters=("all",),
            empty="还没有经办人。首位单位管理员凭授权书到柜台办理授权",
        )


def _shown(page, today):
    users = User.objects.in_bulk([row["user"] for row in page])
    names = dict(employer_items())
    shown = []
    for row in page:
        user, limit = users[row["user"]], row["instruction_limit"]
        standing = "已收回" if row["revoked_at"] else "已期满" if row["valid_to"] < today else "有效"
        shown.append(
            row
            | {
                "grant": token_of(GRANT, row["pk"]),
                "name": mask_name(user.display_name),
                "mobile": mask_mobile(user.mobile),
                "role_name": AgentRole.word(row["role"]),
                "scope": "全部" if row["items"] is None else "、".join(names.get(one, one) for one in row["items"]),
                "limit": yuan(limit) if limit is not None else "不限",
                "standing": standing,
            }
        )
    return shown


def _new(user: User, target, data) -> NewGrant:
    return NewGrant(
        user=user.pk,
        employer=target.id,
        role=data["role"],
        valid_from=data["valid_from"],
        valid_to=data["valid_to"],
        evidence=data["evidence"],
        items=tuple(sorted(data["items"])) or None,
        instruction_limit=data["instruction_limit"],
    )


def _beyond_own(origin, target, data) -> list[Finding]:
    """An administrator grants within their own grant, and makes no further administrator (AG-01, AG-02)."""
    findings = []
    if data["role"] == AgentRole.ADMIN:
        remedy = "凭加盖公章的授权书到柜台办理"
        findings.append(Finding("GRANT-ADMIN", "单位管理员由柜台授权", field="role", remedy=remedy))
    own = AgentGrant.objects.in_force(origin.business_date).filter(
        user=origin.operator, employer=target.id, role=AgentRole.ADMIN
    )
    held = own.first()
    if held is None:
        return findings
    beyond = set(data["items"]) - set(held.items) if held.items is not None else set()
    if beyond or (held.items is not None and not data["items"]):
        remedy = "只选本人授权范围内的事项"
        findings.append(Finding("GRANT-ITEMS", "不能授予本人没有的事项", field="items", remedy=remedy))
    limit, wanted = held.instruction_limit, data["instruction_limit"]
    if limit is not None and (wanted is None or wanted > limit):
        words = f"单笔限额不能高于本人的 {yuan(limit)}"
        findings.append(
            Finding("GRANT-LIMIT", words, field="instruction_limit", remedy=f"填写不高于 {yuan(limit)} 的金额")
        )
    if data["valid_to"] > held.valid_to:
        words = f"期限不能超过本人授权的 {held.valid_to}"
        findings.append(Finding("GRANT-UNTIL", words, field="valid_to", remedy=f"截止日期不晚于 {held.valid_to}"))
    return findings


def _grant_of(target, data) -> AgentGrant | None:
    number = number_of(GRANT, data["grant"])
    return AgentGrant.objects.filter(pk=number or 0, employer=target.id).select_related("user").first()


def _other_admin(origin, row: AgentGrant) -> bool:
    rows = AgentGrant.objects.in_force(origin.business_date).filter(employer=row.employer_id, role=AgentRole.ADMIN)
    return rows.exclude(pk=row.pk).exists()


def _name_of(target) -> str:
    return Employer.objects.values_list("name", flat=True).get(pk=target.id)
