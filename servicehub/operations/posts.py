"""Granting and taking back posts of staff (岗位授权): one asks, another agrees, neither for themselves."""

from django.db.models import Q
from django.utils.timezone import localtime
from rest_framework import serializers

from servicehub.cases.models import Submission
from servicehub.declare import CENTRE, Change, DomainError, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.identity import people, posts
from servicehub.identity.models import Branch, PostGrant, User
from servicehub.identity.roles import BY_CODE, POSTS
from servicehub.kit.fields import ChoiceField, DayField

ROLE_CHOICES = [(post.code, f"{post.name}（{post.group}）") for post in POSTS]


def _subject(work_number: str) -> User | None:
    return people.find_user("staff", work_number)


def _branch(code: str) -> Branch | None:
    return Branch.objects.filter(code=code).first() if code else None


@operations.add
class GrantRole(Operation):
    """The system administrator asks, the security administrator agrees; the database refuses exclusive duties."""

    code = "servicehub.grant_role"
    item = "S-ROLE"
    label = "岗位授权"
    target = CENTRE.kind
    roles = frozenset({"system_admin"})
    stages = ("security_admin",)
    fresh_proof = True

    class Input(serializers.Serializer):
        work_number = serializers.CharField(
            label="工号", max_length=20, error_messages={"required": "还没有填写工号", "blank": "还没有填写工号"}
        )
        role = ChoiceField(label="岗位", choices=ROLE_CHOICES)
        branch = serializers.CharField(
            label="管理部", max_length=12, required=False, allow_blank=True, default="",
            help_text="填机构代码；全中心岗位留空",
        )  # fmt: skip
        valid_from = DayField(label="起始日")
        valid_to = DayField(label="截止日", required=False, allow_null=True, default=None, help_text="当天起不再有效")
        reason = serializers.CharField(
            label="依据", max_length=100, min_length=4,
            help_text="任命文件或调岗通知的名称、文号",
            error_messages={"required": "还没有填写依据", "blank": "还没有填写依据", "min_length": "依据至少 4 个字"},
        )  # fmt: skip

    def initial(self, origin, target):
        return {"valid_from": localtime(origin.at).date().isoformat()}

    def check(self, origin, target, data):
        user = _subject(data["work_number"])
        if user is None:
            return [Finding("post.nobody", f"没有工号为 {data['work_number']} 的工作人员", field="work_number")]
        findings = []
        if user.pk == origin.operator:
            # Asked of the maker and, before it takes effect, of the checker (ROLE_GRANT: 不得涉及本人).
            findings.append(
                Finding("post.self", "不能为本人申请或批准授权", field="work_number", remedy="由另一位管理员办理")
            )
        if data["branch"] and _branch(data["branch"]) is None:
            return [*findings, Finding("post.branch", f"没有机构代码为 {data['branch']} 的管理部", field="branch")]
        return findings + posts.post_findings(
            user, data["role"], _branch(data["branch"]), data["valid_from"], data["valid_to"]
        )

    def summary(self, origin, target, data):
        user, post = _subject(data["work_number"]), BY_CODE[data["role"]]
        branch = _branch(data["branch"])
        held = sorted(BY_CODE[role].name for role in posts.roles_in(posts.posts_of(user.pk))) if user else []
        return [
            ("姓名", user.display_name if user else ""),
            ("授予", f"{post.name}：{post.duties}"),
            ("范围", branch.name if branch else "全中心"),
            ("现有岗位", "、".join(held) or "无"),
        ]

    def button(self, origin, target, data):
        user = _subject(data["work_number"])
        return f"提交授权申请：{user}任{BY_CODE[data['role']].name}" if user else self.label

    def execute(self, origin, target, data):
        user, post = _subject(data["work_number"]), BY_CODE[data["role"]]
        branch = _branch(data["branch"])
        case = origin.require_pass().case
        maker = Submission.objects.filter(case__number=case).values_list("maker_id", flat=True).first()
        grant = posts.grant_post(
            origin,
            user,
            post.code,
            branch=branch,
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            basis=f"{data['reason']}（{case}）",
            granted_by=maker,
            approved_by=origin.operator,
        )
        place = branch.name if branch else "全中心"
        return Outcome(
            message=f"已授予{user}{post.name}（{place}）",
            changes=(
                Change(
                    f"servicehub.postgrant:{grant.pk}",
                    "岗位授权",
                    label=f"{user}任{post.name}",
                    after={"岗位": post.name, "范围": place, "起始日": f"{grant.valid_from:%Y-%m-%d}"},
                ),
            ),
            rows=(("姓名", user.display_name), ("岗位", post.name), ("范围", place)),
        )

    @classmethod
    def example(cls):
        return {
            "work_number": "41010001",
            "role": "teller",
            "branch": "01",
            "valid_from": "2026-12-01",
            "reason": "中心人〔2026〕12号",
        }


@operations.add
class RevokeRole(Operation):
    """One person may take a right away at once; it is giving that needs two. Sessions end with it."""

    code = "servicehub.revoke_role"
    item = "S-ROLE"
    label = "收回岗位"
    target = CENTRE.kind
    roles = frozenset({"security_admin"})
    fresh_proof = True

    class Input(serializers.Serializer):
        grant = serializers.IntegerField(
            label="授权编号", min_value=1, error_messages={"required": "还没有填写授权编号"}
        )
        reason = serializers.CharField(
            label="原因", max_length=100, min_length=2, error_messages={"required": "还没有填写原因"}
        )

    def check(self, origin, target, data):
        grant = PostGrant.objects.filter(pk=data["grant"]).first()
        if grant is None:
            return [Finding("post.no_grant", f"没有编号为 {data['grant']} 的授权", field="grant")]
        if grant.revoked_at is not None:
            return [Finding("post.revoked", "这项授权已经收回", field="grant")]
        return []

    def summary(self, origin, target, data):
        grant = PostGrant.objects.select_related("user", "role", "branch").filter(pk=data["grant"]).first()
        if grant is None:
            return []
        return [
            ("姓名", grant.user.display_name),
            ("岗位", grant.role.name),
            ("范围", grant.branch.name if grant.branch else "全中心"),
        ]

    def execute(self, origin, target, data):
        grant = PostGrant.objects.select_related("user", "role").filter(pk=data["grant"]).first()
        if grant is None:
            raise DomainError("post.no_grant", Finding("post.no_grant", "授权已不存在", field="grant"))
        posts.revoke_post(origin, grant, data["reason"])
        return Outcome(
            message=f"已收回{grant.user}的{grant.role}岗位，其登录会话已结束",
            changes=(
                Change(
                    f"servicehub.postgrant:{grant.pk}",
                    "收回岗位",
                    label=f"{grant.user}不再任{grant.role}",
                    before={"岗位": grant.role.name},
                    after={"原因": data["reason"]},
                ),
            ),
        )

    @classmethod
    def example(cls):
        return {"grant": 1, "reason": "调离岗位"}


_LISTED = (
    "pk",
    "user__username",
    "user__display_name",
    "role__name",
    "branch__name",
    "valid_from",
    "valid_to",
    "basis",
    "revoked_at",
    "revoke_reason",
)


@operations.add
class PostList(Query):
    """Who holds which post, where, since when and by whose hand."""

    code = "servicehub.list_posts"
    item = "S-ROLE"
    label = "岗位与人员"
    target = CENTRE.kind
    roles = frozenset({"system_admin", "security_admin", "audit_admin"})

    class Input(serializers.Serializer):
        q = serializers.CharField(label="姓名或工号", required=False, allow_blank=True, default="", max_length=40)
        role = ChoiceField(label="岗位", choices=ROLE_CHOICES, required=False, allow_blank=True, default="")
        state = ChoiceField(
            label="状态", choices=[("standing", "有效"), ("past", "已收回或到期")], required=False, allow_blank=True,
            default="standing",
        )  # fmt: skip

    def rows(self, origin, target, data):
        grants = PostGrant.objects.all()
        if data["q"]:
            grants = grants.filter(
                Q(user__display_name__icontains=data["q"]) | Q(user__username__istartswith=data["q"])
            )
        if data["role"]:
            grants = grants.filter(role=data["role"])
        standing = PostGrant.objects.in_force(localtime(origin.at).date()).values("pk")
        if data["state"] == "standing":
            grants = grants.filter(pk__in=standing)
        elif data["state"] == "past":
            grants = grants.exclude(pk__in=standing)
        return Table(
            columns=(
                TableColumn("pk", "授权编号", kind="count", sort="pk"),
                TableColumn("user__username", "工号", sort="user__username"),
                TableColumn("user__display_name", "姓名"),
                TableColumn("role__name", "岗位", sort="role__name"),
                TableColumn("place", "范围"),
                TableColumn("valid_from", "起始日", kind="date", sort="valid_from"),
                TableColumn("valid_to", "截止日", kind="date"),
                TableColumn("basis", "依据"),
                TableColumn("revoked_at", "收回时间", kind="datetime"),
                TableColumn("revoke_reason", "收回原因"),
            ),
            source=grants.values(*_LISTED),
            caption="岗位与人员",
            order=("user__username", "role__name", "pk"),
            finish=lambda page: [{**row, "place": row["branch__name"] or "全中心"} for row in page],
            filters=("q", "role", "state"),
            empty="还没有这样的授权。岗位由系统管理员提出、安全管理员批准后出现在这里。",
        )
