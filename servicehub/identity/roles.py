"""Posts of the centre and the duties no one person may hold together.

The list is data of the product: ``sync_roles`` writes it after every migration, so that the database can refuse a
grant by itself. A centre adds exclusive pairs of its own as rows; it never takes one of these away.
"""

from dataclasses import dataclass
from itertools import combinations, product

from django.apps import apps as global_apps

CENTRE_WIDE = "centre"
BY_BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class Post:
    """``scope`` branch: a grant names a branch, or none for the whole centre; centre: it never names one.

    ``sees_parties``: whether the post opens employers and persons to its holder, within its scope.
    """

    code: str
    name: str
    group: str
    scope: str
    duties: str
    sees_parties: bool = True


POSTS = (
    Post("teller", "柜员", "柜台", BY_BRANCH, "受理归集、提取、贷款业务，登记单位和个人"),
    Post("reviewer", "复核", "柜台", BY_BRANCH, "复核柜员受理的业务"),
    Post("supervisor", "业务主管", "柜台", BY_BRANCH, "大额和例外业务授权，管理部日终"),
    Post("loan_officer", "信贷员", "贷款", BY_BRANCH, "贷款受理、调查"),
    Post("loan_reviewer", "贷款审批", "贷款", BY_BRANCH, "贷款审查、审批"),
    Post("disburser", "放款", "贷款", BY_BRANCH, "贷款发放、还款处理"),
    Post("accountant", "会计", "财务", BY_BRANCH, "记账、来款认领、对账"),
    Post("accountant_reviewer", "会计复核", "财务", BY_BRANCH, "复核凭证、认领和付款指令"),
    Post("cashier", "出纳", "财务", BY_BRANCH, "付款指令、银行账户"),
    Post("auditor", "稽核", "风控", CENTRE_WIDE, "内部稽核、电子稽查整改"),
    Post("channel_admin", "渠道管理员", "运营", CENTRE_WIDE, "渠道和事项的开停、分流规则", sees_parties=False),
    Post("item_admin", "事项管理员", "运营", CENTRE_WIDE, "服务事项的增删和版本", sees_parties=False),
    Post("ops_lead", "运营负责人", "运营", CENTRE_WIDE, "复核渠道和事项的变更", sees_parties=False),
    Post("content_editor", "内容编辑", "运营", CENTRE_WIDE, "信息发布、下载文件、公告", sees_parties=False),
    Post("service_officer", "客服", "运营", CENTRE_WIDE, "咨询、建议、投诉工单"),
    Post("policy_admin", "业务管理岗", "政策", CENTRE_WIDE, "提出参数修改，维护政策数据", sees_parties=False),
    Post("policy_lead", "业务部门负责人", "政策", CENTRE_WIDE, "复核参数、事项和内容", sees_parties=False),
    Post("policy_chief", "分管领导", "政策", CENTRE_WIDE, "利率、限额、比例的第二复核", sees_parties=False),
    Post("share_officer", "数据共享岗", "运营", CENTRE_WIDE, "接口授权、密钥", sees_parties=False),
    Post("system_admin", "系统管理员", "管理", CENTRE_WIDE, "建立账号、提出授权", sees_parties=False),
    Post("security_admin", "安全管理员", "管理", CENTRE_WIDE, "批准授权、停用账号、解除锁定", sees_parties=False),
    Post("audit_admin", "审计管理员", "管理", CENTRE_WIDE, "查看和核验审计日志", sees_parties=False),
)

BY_CODE = {post.code: post for post in POSTS}
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")


def exclusive_pairs() -> list[tuple[str, str, str]]:
    """(role, role, basis), each pair once and in order of code.

    The three administrators are separated from one another and from every business duty (GB/T 22239 8.1.4.2);
    a duty and its control never meet in one person.
    """
    pairs = dict.fromkeys(combinations(ADMINISTRATORS, 2), "三员分立，管理权限相互制约")
    business = [post.code for post in POSTS if post.code not in ADMINISTRATORS]
    pairs |= dict.fromkeys(product(ADMINISTRATORS, business), "管理员不承担业务操作")
    pairs |= dict(CONTROLS)
    return sorted((*sorted(pair), basis) for pair, basis in pairs.items())


CONTROLS = {
    ("teller", "reviewer"): "受理与复核分离",
    ("reviewer", "disburser"): "复核与放款分离",
    ("loan_officer", "loan_reviewer"): "调查与审批分离",
    ("loan_officer", "disburser"): "受理与放款分离",
    ("loan_reviewer", "disburser"): "审批与放款分离",
    ("accountant", "accountant_reviewer"): "制单与复核分离",
    ("accountant", "cashier"): "记账与出纳分离",
    ("accountant_reviewer", "cashier"): "复核与出纳分离",
    ("policy_admin", "policy_lead"): "参数修改与审批分离",
    ("policy_admin", "policy_chief"): "参数修改与审批分离",
    ("policy_lead", "policy_chief"): "两级审批由不同的人承担",
    ("channel_admin", "ops_lead"): "开停申请与复核分离",
    ("item_admin", "policy_lead"): "事项变更与复核分离",
    ("auditor", "teller"): "稽核独立于业务",
    ("auditor", "reviewer"): "稽核独立于业务",
    ("auditor", "accountant"): "稽核独立于业务",
    ("auditor", "cashier"): "稽核独立于业务",
}


def sync_roles(using, apps=global_apps, **kwargs):
    """After every migration (and after a test's flush): posts and exclusive pairs as declared here."""
    try:
        role, exclusive = apps.get_model("servicehub", "Role"), apps.get_model("servicehub", "ExclusiveDuty")
    except LookupError:
        return  # migrated back to before these tables
    role.objects.using(using).bulk_create(
        [role(code=p.code, name=p.name, group=p.group, scope=p.scope, duties=p.duties) for p in POSTS],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "group", "scope", "duties"],
    )
    exclusive.objects.using(using).bulk_create(
        [exclusive(role_a_id=a, role_b_id=b, basis=basis) for a, b, basis in exclusive_pairs()],
        ignore_conflicts=True,
    )
