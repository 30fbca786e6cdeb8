"""Words of this app: codes of JGJ/T 320-2014 where it has them, our own where it has none."""

from servicehub.kit.codes import Code


class FundKind(Code):
    """资金性质. An employer keeps an account of its own for each."""

    HOUSING = "01", "住房公积金"
    SUBSIDY = "02", "新职工补贴"


class EmployerStatus(Code):
    """单位账户状态 DWZHZT, table A.4."""

    NORMAL = "01", "正常"
    OPENED = "02", "开户"
    DEFERRED = "03", "缓缴"
    CLOSED = "04", "销户"
    SEALED = "05", "封存"
    OTHER = "99", "其他"


class AccountStatus(Code):
    """个人账户状态 GRZHZT, table A.6. 06 冻结 is never stored: a freeze is a restriction beside the state."""

    NORMAL = "01", "正常"
    SEALED = "02", "封存"
    MERGED = "03", "合并销户"
    MOVED_OUT = "04", "外部转出销户"
    WITHDRAWN = "05", "提取销户"
    OTHER = "99", "其他"


LIVE = (AccountStatus.NORMAL, AccountStatus.SEALED)
REMITTABLE = (EmployerStatus.NORMAL, EmployerStatus.OPENED, EmployerStatus.DEFERRED)


class EmployerClass(Code):
    """单位类别 DWLB."""

    AGENCY = "01", "国家机关"
    INSTITUTION = "02", "事业单位"
    STATE_OWNED = "03", "国有企业"
    COLLECTIVE = "04", "城镇集体企业"
    FOREIGN = "05", "外商投资企业"
    PRIVATE = "06", "城镇私营企业"
    OTHER_ENTERPRISE = "07", "其他城镇企业"
    NON_ENTERPRISE = "08", "民办非企业单位"
    SOCIETY = "09", "社会团体"
    FLEXIBLE_POOL = "10", "灵活就业托管"
    SEALED_POOL = "11", "集中封存托管"


class SealReason(Code):
    """封存原因."""

    LEFT = "01", "解除或终止劳动关系"
    LAID_OFF = "02", "下岗"
    EARLY_RETIRED = "03", "提前退养"
    RETIRED = "04", "退休"
    DIED = "05", "死亡"
    MOVED_AWAY = "06", "调出本市"
    UNPAID_LEAVE = "07", "停薪留职"
    EMPLOYER_SEALED = "08", "单位封存"
    TRANSFERRED = "09", "转出到其他单位"
    OTHER = "99", "其他"


class ChangeKind(Code):
    """What a roster change did. The words are those of the change list."""

    OPEN = "open", "新开户"
    UNSEAL = "unseal", "启封"
    SEAL = "seal", "封存"
    TRANSFER_IN = "transfer_in", "转入"
    BASE = "base", "基数调整"
    LIST = "list", "变更清册"


class AgentRole(Code):
    """What a person may do for an employer (工作指引: 单位管理员、经办、复核、查询; payment apart)."""

    ADMIN = "agent_admin", "单位管理员"
    MAKER = "agent_maker", "经办"
    CHECKER = "agent_checker", "复核"
    PAYER = "agent_payer", "付款"
    QUERY = "agent_query", "查询"


class RestrictionKind(Code):
    FREEZE = "freeze", "司法冻结"
    LOAN = "loan", "贷款未结清"
    GUARANTEE = "guarantee", "贷款担保"
    BAN = "ban", "骗提骗贷限制"
    DISPUTE = "dispute", "余额异议"
    RISK = "risk", "风险核查"


class Party(Code):
    """Kinds of party this app explains to the hub."""

    EMPLOYER = "employer", "单位"
    PERSON = "person", "个人"
