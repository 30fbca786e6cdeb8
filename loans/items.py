"""Service items of housing loans. None is open yet; the guide stands so that the matrix is whole."""

from servicehub.catalogue.matrix import offer
from servicehub.declare import Audience, Item, Material
from servicehub.declare.registry import items

OWNER = "信贷管理科"
LAW = "住房公积金管理条例"
FIFTEEN_DAYS = "自受理之日起 15 日内作出决定"


def _loan(code: str, name: str, guide: str, help: str, *, offered: str = "贷款", **facts) -> None:
    values = {
        "group": "贷款",
        "owner": OWNER,
        "audiences": frozenset({Audience.PERSON}),
        **offer(offered),
        "assurance": 3,
        "basis": f"{LAW} 第二十六条",
        "published": False,
    }
    items.add(Item(code=code, name=name, guide=guide, help=help, **{**values, **facts}))


_loan(
    "Q-LOAN",
    "个人贷款信息查询",
    "查询本人贷款余额、利率、每期应还、还款记录和剩余期数，可下载还款计划。",
    "利率调整后月供什么时候变？——存量贷款自次年 1 月 1 日起按新利率计算，系统提前发消息告知。",
    offered="个人查询",
    group="查询",
    assurance=2,
    cross_province=True,
    basis=f"{LAW} 第三十六条",
)
_loan(
    "C-XLOAN",
    "出具贷款职工缴存使用证明",
    "在外地申请公积金贷款的，由本市中心把缴存和贷款使用情况经全国平台发送给贷款地中心，职工不必往返。",
    "开出后还能在本市贷款吗？——可以，贷款地放款后会回传使用情况。",
    offered="证明",
    group="证明",
    owner="归集管理科",
    assurance=2,
    cross_province=True,
    basis="建金〔2015〕135号",
    needs=("全国住房公积金监管服务平台",),
)
_loan(
    "C-CLEAR",
    "开具贷款全部还清证明",
    "贷款结清后即可开具，用于办理抵押注销，带验证码，登记机构可在线核验。",
    "结清当天能开吗？——最后一笔还款入账后即可开具。",
    offered="证明",
    group="证明",
    assurance=2,
    cross_province=True,
)
_loan(
    "L-APPL",
    "个人住房公积金贷款申请",
    "连续足额缴存满规定月数、购买自住住房的职工可申请贷款，额度、年限按当地规定计算。购房、婚姻、征信信息经授权后由系统核验。",
    "夫妻双方都缴存，额度怎么算？——可共同申请，额度按双人标准，缴存月数和余额合并计算的方法以当地规定为准。",
    promised="10 个工作日",
    legal_limit=FIFTEEN_DAYS,
    wave=3,
    materials=(
        Material("购房合同", source="共享"),
        Material("首付款凭证", source="上传"),
        Material("婚姻状况证明", source="共享"),
        Material("征信授权书", source="上传"),
    ),
    needs=("征信", "房产交易", "民政"),
)
_loan(
    "L-COMB",
    "组合贷款",
    "公积金贷款额度不足的，差额部分由合作银行发放商业贷款，两部分同时申请、同一抵押。",
    "两部分的利率一样吗？——不一样，公积金部分执行公积金贷款利率，商业部分由银行定价。",
    promised="15 个工作日",
    legal_limit=FIFTEEN_DAYS,
    wave=3,
    needs=("银行",),
)
_loan(
    "L-BTOG",
    "商业贷款转公积金贷款",
    "已办理商业住房贷款、符合公积金贷款条件的，可转为公积金贷款。先还清商业贷款或由银行配合办理顺位抵押。",
    "所有城市都能办吗？——视当地资金情况开放，开放期和名额以公告为准。",
    promised="15 个工作日",
    legal_limit=FIFTEEN_DAYS,
    wave=3,
    needs=("银行", "不动产登记"),
)
_loan(
    "L-EARL",
    "提前还清贷款",
    "可随时一次还清剩余本金和当期利息，不收违约金。可使用本人及配偶的账户余额。",
    "要预约吗？——网上办理不用预约，资金从签约还款卡扣划或用账户余额冲还。",
    offered="还款",
    promised="1 个工作日",
    cross_province=True,
)
_loan(
    "L-PART",
    "提前部分还款",
    "提前归还部分本金后，可选择缩短年限或减少月供，提交前列出两种方案的利息总额供比较。",
    "最少还多少？——一般不少于六个月的月供，以借款合同为准。",
    offered="还款",
    promised="1 个工作日",
    cross_province=True,
)
_loan(
    "L-CARD",
    "还款账户变更",
    "把扣款卡改为本人名下另一张借记卡，经银行核验后次月扣款起生效。",
    "扣款日当天能改吗？——不能，扣款日前一日 17:00 后提交的从下一期起生效。",
    offered="还款",
    needs=("银行",),
)
_loan(
    "L-TERM",
    "还款方式与期限变更",
    "在规定范围内变更等额本息、等额本金或调整剩余年限，重新计算还款计划并签补充协议。",
    "能延长年限吗？——不超过当地规定的最长年限和退休年龄限制的，可以。",
    offered="还款",
    promised="5 个工作日",
    wave=3,
)
_loan(
    "L-GUAR",
    "抵押与解押协同",
    "放款前由系统协同不动产登记机构办理抵押，结清后自动发起抵押注销，借款人不必到登记窗口。",
    "解押后多久拿到证？——登记机构办结后，电子证照即时更新，纸质证按登记机构要求领取。",
    promised="3 个工作日",
    wave=3,
    needs=("不动产登记",),
)
