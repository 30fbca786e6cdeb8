"""Registering as a platform user (工作指引 14): once, for every channel; the password is set by the person afterwards."""

from rest_framework import serializers

from servicehub.clock import business_date
from servicehub.declare import Change, Finding, Operation, Outcome
from servicehub.declare.registry import operations, party_kinds
from servicehub.identity import codes, people, resets
from servicehub.identity.models import CodePurpose, UserKind
from servicehub.kit.fields import ChoiceField
from servicehub.kit.identity_numbers import (
    IdType,
    check_id_number,
    check_mobile,
    normalise_id_number,
    normalise_mobile,
)
from servicehub.kit.masks import mask_name
from servicehub.kit.names import check_name, normalise_name

KINDS = [(UserKind.EMPLOYER.value, "单位经办人"), (UserKind.PERSON.value, "个人")]


@operations.add
class RegisterUser(Operation):
    """A person is recognised by name, document and mobile on file; an agent registers bare, and is granted later.

    One refusal for everything that does not fit: a stranger cannot find out who is registered, or with which mobile.
    """

    code = "servicehub.register_user"
    item = "H-REG"
    label = "注册"
    opens_case = False
    hidden = True  # its pages send the code first

    class Input(serializers.Serializer):
        kind = ChoiceField(label="注册身份", choices=KINDS)
        name = serializers.CharField(label="姓名", max_length=50)
        id_number = serializers.CharField(label="证件号码", max_length=30)
        mobile = serializers.CharField(label="手机号", max_length=20)
        binding = serializers.CharField(label="校验码凭据", max_length=64, help_text="发送校验码时得到")

    def check(self, origin, target, data):
        findings = identity_faults(data)
        if findings:
            return findings
        if not codes.was_shown(CodePurpose.REGISTER, data["binding"], data["mobile"]):
            return [Finding("register.code", "手机号还没有校验", field="mobile", remedy="重新获取校验码")]
        return [] if self._fits(data) else [_does_not_fit(data["kind"])]

    def _fits(self, data) -> bool:
        login_name = data["mobile"] if data["kind"] == UserKind.EMPLOYER else data["id_number"]
        if people.find_user(data["kind"], login_name) or people.is_registered(data["kind"], data["id_number"]):
            return False
        if data["kind"] == UserKind.EMPLOYER:
            return True
        return party_kinds["person"].recognise(data["name"], data["id_number"], data["mobile"]) is not None

    def execute(self, origin, target, data):
        given = {
            "name": normalise_name(data["name"]),
            "id_number": data["id_number"],
            "mobile": data["mobile"],
        }
        if data["kind"] == UserKind.EMPLOYER:
            user = people.create_agent_user(origin, **given)
        else:
            user = people.create_person_user(origin, **given, real_name="缴存登记三要素一致")
        resets.give_leave(origin, user, "注册")
        change = Change(
            f"user:{user.pk}", "注册", label=mask_name(user.display_name), after={"类别": user.get_kind_display()}
        )
        return Outcome(message="已注册，设置密码后即可登录", changes=(change,), facts={"user": str(user.pk)})

    @classmethod
    def example(cls):
        return {
            "kind": "employer",
            "name": "李敏",
            "id_number": "990000199001010017",
            "mobile": "13800000009",
            "binding": "0" * 32,
        }


def identity_faults(data) -> list[Finding]:
    """Faults of what was typed, all at once; asked before a code is sent and again before anything is written."""
    number = normalise_id_number(IdType.RESIDENT, data["id_number"])
    return [
        *check_name(normalise_name(data["name"])),
        *check_id_number(IdType.RESIDENT, number, business_date()),
        *check_mobile(normalise_mobile(data["mobile"])),
    ]


def _does_not_fit(kind: str) -> Finding:
    if kind == UserKind.EMPLOYER:
        return Finding("register.refused", "这些信息不能注册。注册过的，直接登录或找回密码", field="id_number",
                       remedy="从没有注册过的，持身份证到任一管理部核对")  # fmt: skip
    return Finding("register.refused", "与缴存登记的信息对不上，或已经注册过", field="id_number",
                   remedy="注册过的，直接登录或找回密码；其他情况持身份证到任一管理部核对登记的手机号")  # fmt: skip
