"""Service items of money going out. None is open yet; the guide stands so that the matrix is whole."""

from servicehub.catalogue.matrix import offer
from servicehub.declare import Audience, Item, Material
from servicehub.declare.registry import items

OWNER = "提取管理科"
LAW = "住房公积金管理条例"
THREE_DAYS = "自受理之日起 3 日内作出决定"


def _withdrawal(code: str, name: str, guide: str, help: str, *, outside: bool = True, **facts) -> None:
    values = {
        "group": "提取",
        "owner": OWNER,
        "audiences": frozenset({Audience.PERSON}),
        **offer("提取·外部数据" if outside else "提取"),
        "assurance": 3,
        "promised": "1 个工作日",
        "legal_limit": THREE_DAYS,
        "basis": f"{LAW} 第二十四条、第二十五条",
        "published": False,
    }
    items.add(Item(code=code, name=name, guide=guide, help=help, **{**values, **facts}))


_withdrawal(
    "T-BUY",
    "购房提取",
    "购买、建造、翻建或大修自住住房的，可提取本人及配偶账户余额，合计不超过实际支付的购房款。合同备案信息由系统核验。",
    "全款和贷款都能提吗？——都能，贷款购房的提取额不超过首付款，之后可办理偿还贷款提取。",
    cross_province=True,
    wave=2,
    materials=(
        Material("购房合同", source="共享"),
        Material("付款凭证或发票", source="上传"),
        Material("结婚证", when="提取配偶余额时", source="共享"),
    ),
    needs=("房产交易", "不动产登记"),
)
_withdrawal(
    "T-LOAN",
    "偿还商业贷款提取",
    "正在偿还商业住房贷款本息的，可按年或按月提取，额度不超过上一周期的还款额。首次办理时核验借款合同和还款记录。",
    "一年能提几次？——按签约方式，每年一次或每月一次，二者选一。",
    wave=2,
    materials=(Material("借款合同", source="上传"), Material("还款明细", source="共享")),
    needs=("银行", "征信"),
)
_withdrawal(
    "T-HEDG",
    "还贷提取与冲还贷签约",
    "有公积金贷款的职工可签约用账户余额按月冲还月供，或一次性冲还本金。签约后每月自动扣划，余额不足的部分仍从还款卡扣。",
    "冲还贷会影响再次贷款吗？——不影响，缴存照常计算，账户余额减少会影响与余额挂钩的额度。",
    outside=False,
    promised="即时",
)
_withdrawal(
    "T-RENT",
    "租房提取",
    "本市无自有住房且租房居住的，可提取余额支付房租，租住公租房的按实际租金，其他按当地限额。住房情况由系统核验。",
    "需要租赁合同吗？——按限额提取不需要，按实际租金提取须上传备案合同和发票。",
    cross_province=True,
    wave=2,
    materials=(Material("租赁合同及发票", when="按实际租金提取时", source="上传"),),
    needs=("不动产登记", "民政"),
)
_withdrawal(
    "T-RETI",
    "正常退休提取",
    "达到法定退休年龄的，可提取全部余额并销户，余额连同利息转入本人银行卡。系统按证件号码核验年龄，即时到账。",
    "退休后单位还缴了一个月怎么办？——先由单位更正，再办理提取。",
    outside=False,
    promised="即时",
    cross_province=True,
    needs=("公安", "社保"),
)
_withdrawal(
    "T-ERET",
    "提前退休提取",
    "经批准提前退休的，凭社保部门的退休信息提取全部余额并销户。",
    "没有退休证怎么办？——社保部门的退休信息能够核验的，不需要退休证。",
    cross_province=True,
    wave=2,
    materials=(Material("退休审批表", when="信息核验不到时", source="上传"),),
    needs=("社保",),
)
_withdrawal(
    "T-QUIT",
    "离职销户提取",
    "与单位终止劳动关系、账户封存满当地规定期限且没有重新就业缴存的，可提取全部余额并销户。",
    "封存多久可以提？——一般满半年，以当地规定为准，期间在异地缴存的应办理转移接续。",
    wave=2,
    needs=("社保",),
)
_withdrawal(
    "T-ABRD",
    "出境定居提取",
    "出境定居的，凭户口注销证明和定居签证提取全部余额并销户。",
    "人在境外怎么办？——可委托他人办理，委托书须经公证或使领馆认证。",
    promised="3 个工作日",
    wave=3,
    materials=(Material("户口注销证明", source="共享"), Material("出境定居证明", source="出示原件")),
    needs=("公安出入境",),
)
_withdrawal(
    "T-DEAD",
    "死亡或宣告死亡提取",
    "职工死亡或被宣告死亡的，继承人、受遗赠人可提取余额；没有继承人和受遗赠人的，余额纳入住房公积金增值收益。",
    "继承人之间有争议怎么办？——凭公证书、人民法院判决书或调解书办理。",
    assurance=4,
    promised="3 个工作日",
    wave=3,
    materials=(Material("死亡证明", source="共享"), Material("继承公证书或法院文书", source="出示原件")),
    needs=("民政", "公安", "公证"),
)
_withdrawal(
    "T-DISA",
    "丧失劳动能力提取",
    "完全丧失劳动能力并与单位终止劳动关系的，可提取全部余额并销户。",
    "部分丧失劳动能力可以提吗？——不可以，须为完全丧失劳动能力的鉴定结论。",
    promised="3 个工作日",
    wave=3,
    materials=(Material("劳动能力鉴定结论", source="上传"),),
    needs=("残联",),
)
_withdrawal(
    "T-REFT",
    "老旧小区改造与加装电梯提取",
    "既有住宅加装电梯或老旧小区改造由个人出资的，可提取本人、配偶及产权人的余额，合计不超过个人出资额。",
    "一户几个人都能提吗？——产权人及其配偶、父母、子女可分别提取，合计不超过出资额。",
    promised="3 个工作日",
    wave=3,
    materials=(Material("改造或加装协议", source="上传"), Material("付款凭证", source="上传")),
    needs=("住房和城乡建设",),
)
_withdrawal(
    "T-LOWI",
    "低保提取",
    "享受城镇居民最低生活保障的，可提取余额用于住房消费，低保资格由系统核验，每年可办一次。",
    "停发低保后还能提吗？——不能，按申请当日是否在保核定。",
    wave=3,
    needs=("民政",),
)
