"""Log-in accounts (登录账号管理): unlocking, leave to reset a password, freezing, new accounts of staff."""

from django.db.models import Q
from rest_framework import serializers

from servicehub.declare import CENTRE, Change, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.identity import lockout, people, posts, resets
from servicehub.identity.login import blind_name
from servicehub.identity.models import Branch, User, UserKind, UserState
from servicehub.kit.fields import ChoiceField
from servicehub.kit.masks import mask_mobile, mask_name

AT_THE_COUNTER = frozenset({"teller", "supervisor"})
ADMINISTRATORS = frozenset({"system_admin", "security_admin"})
PUBLIC = frozenset({UserKind.EMPLOYER, UserKind.PERSON})


class Whom(serializers.Serializer):
    """Whose account, by the name they log in with; the clerk has the document in hand."""

    kind = ChoiceField(label="账号类别", choices=UserKind.choices)
    name = serializers.CharField(
        label="登录名", max_length=40, help_text="经办人填手机号，个人填证件号码，工作人员填工号",
        error_messages={"required": "还没有填写登录名", "blank": "还没有填写登录名"},
    )  # fmt: skip
    reason = serializers.CharField(
        label="事由", max_length=100, min_length=4, help_text="核对了什么证件，为什么办理",
        error_messages={"required": "还没有填写事由", "blank": "还没有填写事由", "min_length": "事由至少 4 个字"},
    )  # fmt: skip


class _OnOneAccount(Operation):
    """What the account operations share: find the account, refuse one's own, keep staff for the administrators."""

    item = "S-USER"
    target = CENTRE.kind
    roles = AT_THE_COUNTER | ADMINISTRATORS
    fresh_proof = True

    def check(self, origin, target, data):
        user = people.find_user(data["kind"], data["name"])
        if user is None:
            return [Finding("account.nobody", "没有这个登录名的账号", field="name", remedy="核对类别和登录名")]
        findings = []
        if user.pk == origin.operator:
            findings.append(Finding("account.self", "不能办理本人的账号", field="name", remedy="由另一位同事办理"))
        # Asked again of whoever approves: the reviewer of a counter is at the counter too.
        fitting = AT_THE_COUNTER | {"reviewer"} if user.kind in PUBLIC else ADMINISTRATORS
        if not origin.roles & fitting:
            who = "柜台" if user.kind in PUBLIC else "系统管理员和安全管理员"
            findings.append(Finding("account.post", f"{user.get_kind_display()}的账号由{who}办理", field="kind"))
        return findings + self.faults(user)

    def faults(self, user: User) -> list[Finding]:
        return []

    def summary(self, origin, target, data):
        user = people.find_user(data["kind"], data["name"])
        if user is None:
            return []
        return [
            ("姓名", user.display_name),
            ("账号类别", user.get_kind_display()),
            ("状态", user.get_state_display()),
            ("登记手机", mask_mobile(user.mobile)),
        ]

    def outcome(self, user: User, message: str, action: str, reason: str, **after: str) -> Outcome:
        change = Change(f"user:{user.pk}", action, label=mask_name(user.display_name), after={"事由": reason, **after})
        return Outcome(message=message, changes=(change,), rows=(("姓名", user.display_name), ("事由", reason)))

    @classmethod
    def example(cls):
        return {"kind": "employer", "name": "13800001234", "reason": "核对身份证原件，本人申请"}


@operations.add
class UnlockLogin(_OnOneAccount):
    code = "servicehub.unlock_login"
    label = "解除登录锁定"

    class Input(Whom):
        pass

    def execute(self, origin, target, data):
        user = people.find_user(data["kind"], data["name"])
        lockout.clear(blind_name(user))
        return self.outcome(user, f"已解除{user}的登录锁定，现在可以登录", "解除锁定", data["reason"])


@operations.add
class OpenPasswordReset(_OnOneAccount):
    """Of the public at one counter, with the document in hand; of staff by two administrators (SEC-11)."""

    code = "servicehub.open_password_reset"
    label = "开通密码重置"

    class Input(Whom):
        pass

    def stages_for(self, origin, target, data):
        return () if data["kind"] in PUBLIC else ("security_admin",)

    def faults(self, user):
        if not user.is_active:
            return [Finding("account.state", f"账号已{user.get_state_display()}，不能重置密码", field="name")]
        if not user.mobile:
            return [Finding("account.mobile", "账号没有登记手机号，收不到校验码", field="name", remedy="先登记手机号")]
        return []

    def execute(self, origin, target, data):
        user = people.find_user(data["kind"], data["name"])
        resets.give_leave(origin, user, data["reason"])
        message = f"已开通，{user}可在 24 小时内到“找回密码”自己设置新密码"
        return self.outcome(user, message, "开通密码重置", data["reason"])


@operations.add
class FreezeUser(_OnOneAccount):
    """At once, by one person; sessions end with the next request. Thawing needs two."""

    code = "servicehub.freeze_user"
    label = "停用账号"

    class Input(Whom):
        pass

    def faults(self, user):
        if user.state == UserState.FROZEN:
            return [Finding("account.state", "账号已经停用", field="name")]
        return []

    def execute(self, origin, target, data):
        user = people.find_user(data["kind"], data["name"])
        User.objects.filter(pk=user.pk).update(state=UserState.FROZEN)
        posts.raise_session_version([user.pk])
        return self.outcome(user, f"已停用{user}的账号，登录会话已结束", "停用账号", data["reason"])


@operations.add
class ThawUser(_OnOneAccount):
    code = "servicehub.thaw_user"
    label = "恢复账号"

    class Input(Whom):
        pass

    def stages_for(self, origin, target, data):
        return ("reviewer",) if data["kind"] in PUBLIC else ("security_admin",)

    def faults(self, user):
        if user.state != UserState.FROZEN:
            return [Finding("account.state", "账号没有停用", field="name")]
        return []

    def execute(self, origin, target, data):
        user = people.find_user(data["kind"], data["name"])
        User.objects.filter(pk=user.pk).update(state=UserState.ACTIVE)
        return self.outcome(user, f"已恢复{user}的账号", "恢复账号", data["reason"])


@operations.add
class CreateStaff(Operation):
    """The system administrator creates, the security administrator agrees; posts are granted apart."""

    code = "servicehub.create_staff"
    item = "S-USER"
    label = "新建工作人员账号"
    target = CENTRE.kind
    roles = frozenset({"system_admin"})
    stages = ("security_admin",)
    fresh_proof = True

    class Input(serializers.Serializer):
        work_number = serializers.CharField(label="工号", max_length=20, help_text="4 至 20 位字母和数字")
        name = serializers.CharField(label="姓名", max_length=50)
        branch = serializers.CharField(
            label="管理部", max_length=12, required=False, allow_blank=True, default="", help_text="机构代码；中心机关留空"
        )  # fmt: skip
        mobile = serializers.CharField(label="手机号", max_length=20, help_text="用于设置首个密码")
        reason = serializers.CharField(
            label="依据", max_length=100, min_length=4, help_text="录用或调入文件的名称、文号"
        )

    def check(self, origin, target, data):
        findings = people.staff_findings(data["work_number"], data["mobile"])
        if data["branch"] and not Branch.objects.filter(code=data["branch"]).exists():
            findings.append(Finding("post.branch", f"没有机构代码为 {data['branch']} 的管理部", field="branch"))
        return findings

    def execute(self, origin, target, data):
        user = people.create_staff(
            origin,
            work_number=data["work_number"],
            name=data["name"],
            branch=Branch.objects.filter(code=data["branch"]).first() if data["branch"] else None,
            mobile=data["mobile"],
        )
        resets.give_leave(origin, user, data["reason"])
        change = Change(f"user:{user.pk}", "新建账号", label=user.username, after={"依据": data["reason"]})
        return Outcome(
            message=f"已建立{user}的账号，本人 24 小时内到“找回密码”设置首个密码，登录时绑定动态口令",
            changes=(change,),
            rows=(("工号", user.username), ("姓名", user.display_name)),
        )

    @classmethod
    def example(cls):
        return {"work_number": "41010099", "name": "陈静", "mobile": "13800009999", "reason": "中心人〔2026〕15号"}


@operations.add
class UserList(Query):
    """Accounts as administrators see them: who can log in and what stands in the way; nothing to reach anybody by."""

    code = "servicehub.list_users"
    item = "S-USER"
    label = "登录账号"
    target = CENTRE.kind
    roles = ADMINISTRATORS | {"audit_admin"}

    class Input(serializers.Serializer):
        kind = ChoiceField(label="类别", choices=UserKind.choices, required=False, allow_blank=True, default="staff")
        state = ChoiceField(label="状态", choices=UserState.choices, required=False, allow_blank=True, default="")
        q = serializers.CharField(label="工号或姓名", required=False, allow_blank=True, default="", max_length=40)

    def rows(self, origin, target, data):
        users = User.objects.all()
        if data["kind"]:
            users = users.filter(kind=data["kind"])
        if data["state"]:
            users = users.filter(state=data["state"])
        if data["q"]:
            users = users.filter(Q(username__istartswith=data["q"]) | Q(display_name=data["q"]))
        return Table(
            columns=(
                TableColumn("login", "工号"),
                TableColumn("name", "姓名"),
                TableColumn("kind_label", "类别"),
                TableColumn("state_label", "状态"),
                TableColumn("branch__name", "管理部"),
                TableColumn("date_joined", "注册时间", kind="datetime", sort="date_joined"),
                TableColumn("last_login", "最近登录", kind="datetime", sort="last_login"),
            ),
            source=users.values(
                "pk", "username", "display_name", "kind", "state", "branch__name", "date_joined", "last_login"
            ),
            caption="登录账号",
            order=("kind", "username"),
            finish=_shown,
            filters=("kind", "state", "q"),
            empty="还没有这样的账号。工作人员账号由系统管理员建立，经办人和个人注册后出现在这里。",
        )


def _shown(page):
    """Staff by their full names; agents and persons masked, without the opaque names nobody types."""
    return [
        {
            **row,
            "login": row["username"] if row["kind"] == UserKind.STAFF else "",
            "name": row["display_name"] if row["kind"] == UserKind.STAFF else mask_name(row["display_name"]),
            "kind_label": UserKind(row["kind"]).label,
            "state_label": UserState(row["state"]).label,
        }
        for row in page
    ]
