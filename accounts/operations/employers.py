"""单位缴存登记 at the counter: entered by a teller, agreed to by a second clerk; then the employer has its number."""

from rest_framework import serializers

from accounts.areas import area_choices
from accounts.enums import EmployerClass
from accounts.operations.forms import CreditCodeField, IdNumberField, OptionalText
from accounts.roles import COUNTER
from accounts.services.registering import NewEmployer, NewEmployerAccount, employer_findings, register_employers
from servicehub.declare import Change, Finding, NextStep, Operation, Outcome
from servicehub.declare.registry import operations
from servicehub.kit.fields import ChoiceField, DayField, MonthField, PercentField
from servicehub.kit.identity_numbers import IdType
from servicehub.kit.months import Month

PERCENT = 100


class EmployerStep(serializers.Serializer):
    title = "单位信息"

    credit_code = CreditCodeField()
    name = serializers.CharField(label="单位名称", max_length=120, help_text="与营业执照或登记证书一致")
    klass = ChoiceField(label="单位类别", choices=EmployerClass.choices())
    area = ChoiceField(label="行政区域", choices=area_choices(), help_text="缴存基数下限按所在区域执行")
    address = serializers.CharField(label="单位地址", max_length=100, help_text="写明楼号、房间号")
    established_on = DayField(label="设立日期", required=False, allow_null=True, default=None)
    industry = OptionalText(label="所属行业", max_length=4, help_text="GB/T 4754 代码，例如 C34")
    economic_type = OptionalText(label="经济类型", max_length=3, help_text="GB/T 12402 代码，例如 159")


class PeopleStep(serializers.Serializer):
    title = "法定代表人和联系方式"

    legal_name = serializers.CharField(label="法定代表人姓名", max_length=50)
    legal_id_type = ChoiceField(label="证件类型", choices=IdType.choices, default=IdType.RESIDENT.value)
    legal_id_number = IdNumberField(label="证件号码", type_field="legal_id_type")
    phone = serializers.CharField(label="单位电话", max_length=20, style={"kind": "phone"})
    email = serializers.EmailField(label="电子信箱", required=False, allow_blank=True, default="")
    postcode = OptionalText(label="邮编", max_length=6)


class DepositStep(serializers.Serializer):
    title = "缴存信息"

    employer_rate = PercentField(label="单位缴存比例")
    employee_rate = PercentField(label="职工缴存比例")
    first_month = MonthField(label="首次汇缴年月")
    pay_day = serializers.IntegerField(label="发薪日", min_value=1, max_value=31, help_text="每月几日发工资")
    payer_account = OptionalText(
        label="付款账户账号", max_length=32, style={"mask": "card"}, help_text="从这个账户付来的款自动认到本单位"
    )
    payer_name = OptionalText(label="付款账户户名", max_length=120)
    payer_bank = OptionalText(label="付款账户开户行", max_length=120)


def _rate(percent):
    return percent / PERCENT


def _employer(origin, data) -> NewEmployer:
    given = {name: value for name, value in data.items() if name in NewEmployer.__dataclass_fields__}
    account = NewEmployerAccount(
        _rate(data["employer_rate"]), _rate(data["employee_rate"]), Month.of(data["first_month"])
    )
    return NewEmployer(**given, branch=origin.branch or 0, accounts=(account,))


@operations.add
class RegisterEmployer(Operation):
    code = "accounts.register_employer"
    item = "J-REG"
    label = "单位缴存登记"
    target = "centre"
    roles = COUNTER
    stages = ("reviewer",)
    steps = (EmployerStep, PeopleStep, DepositStep)
    counter_code = "1101"

    def initial(self, origin, target):
        return {"legal_id_type": IdType.RESIDENT.value, "first_month": f"{origin.business_date:%Y-%m}"}

    def check(self, origin, target, data):
        findings = employer_findings(origin, _employer(origin, data))
        if origin.branch is None:
            words = "登录账号没有所属管理部，登记后的单位没有归属"
            findings.append(Finding("EMPLOYER-BRANCH", words, remedy="用所属管理部的岗位登录后办理"))
        return findings

    def summary(self, origin, target, data):
        total = data["employer_rate"] + data["employee_rate"]
        first = Month.of(data["first_month"])
        return [
            ("合计缴存比例", f"{total.normalize():f}%"),
            ("首月缴款", f"{first.words}，自发薪日起 5 日内付款"),
        ]

    def execute(self, origin, target, data):
        (employer,) = register_employers(origin, [_employer(origin, data)])
        change = Change(
            f"accounts.employer:{employer.pk}",
            "登记",
            employer.name,
            after={
                "单位账号": employer.number,
                "统一社会信用代码": employer.credit_code,
                "缴存比例": f"单位 {data['employer_rate']:f}%，职工 {data['employee_rate']:f}%",
                "首次汇缴年月": str(Month.of(data["first_month"])),
            },
        )
        return Outcome(
            f"已登记 {employer.name}，单位账号 {employer.number}",
            changes=(change,),
            rows=(("单位账号", employer.number), ("单位名称", employer.name), ("状态", "开户")),
            next_steps=(NextStep("为单位授权经办人", f"employer/{employer.token}/do/accounts.grant_agent/"),),
            facts={"employer": employer.token, "number": employer.number},
        )

    @classmethod
    def example(cls):
        return {
            "credit_code": "91411000MA9F4K2T5E",
            "name": "许昌市示例机械制造有限公司",
            "klass": EmployerClass.PRIVATE.value,
            "area": "411002",
            "address": "魏都区建设路 88 号 3 号楼 201 室",
            "established_on": "2026-10-08",
            "legal_name": "张示例",
            "legal_id_type": IdType.RESIDENT.value,
            "legal_id_number": "990000199001010017",
            "phone": "0374-2960000",
            "employer_rate": "8",
            "employee_rate": "8",
            "first_month": "2026-11",
            "pay_day": "10",
        }
