"""Service items of money coming in: remittance, back payment, bases and rates, certificates, calculators."""

from servicehub.catalogue.matrix import offer
from servicehub.declare import Audience, Item, Material
from servicehub.declare.registry import items

EMPLOYER, PERSON = frozenset({Audience.EMPLOYER}), frozenset({Audience.PERSON})
COLLECTION = "归集管理科"
LAW = "住房公积金管理条例"

items.add(
    Item(
        code="Q-CALC",
        name="可提可贷测算",
        group="查询",
        owner=COLLECTION,
        audiences=frozenset({Audience.PUBLIC}),
        **offer("信息"),
        assurance=0,
        guide="不登录即可测算月缴存额和利息，逐步列出算式、取整方式和依据条款。测算只按填写的数字计算，不读取任何账户。",
        help="测算结果与实际不同怎么办？——核对基数上下限和比例所属年度，实际以入账记录为准。",
        always_on=True,
    )
)
items.add(
    Item(
        code="C-DEP",
        name="缴存证明",
        group="证明",
        owner=COLLECTION,
        audiences=PERSON,
        **offer("证明"),
        assurance=2,
        basis=f"{LAW} 第二十二条",
        guide="列明开户日期、缴至月份、缴存基数和余额，带验证码和二维码，收件方可在网站核验真伪。即时开具，不收费用。",
        help="证明有效多久？——验证码九十天内有效，过期可重新开具。",
    )
)
items.add(
    Item(
        code="J-BASE",
        name="缴存基数调整",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        basis=f"{LAW} 第十六条",
        guide="每年按职工上一年度月平均工资调整缴存基数，可整批上传。低于下限或高于上限的会提示并按上下限执行。"
        "一个缴存年度内每人调整一次。",
        help="新入职职工按什么基数缴？——按入职当月工资，次年随年度调整。",
        materials=(Material("工资台账", when="稽核抽查时", source="出示原件"),),
    )
)
items.add(
    Item(
        code="J-RATE",
        name="缴存比例调整",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        promised="提高即时，降低 5 个工作日",
        basis=f"{LAW} 第十八条、第二十条",
        guide="在当地规定的比例范围内调整，须经职工代表大会或工会讨论通过。降低比例的由中心审核。",
        help="比例可以带小数吗？——一般为整数，个别类别单位以当地规定为准。",
        materials=(Material("职工代表大会或工会决议", source="上传"),),
        published=False,
    )
)
items.add(
    Item(
        code="J-DEFR",
        name="缓缴申请",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        promised="5 个工作日",
        basis=f"{LAW} 第二十条",
        guide="缴存确有困难的单位，经职工代表大会或工会讨论通过，可申请缓缴，期限一般不超过十二个月，到期补缴。",
        help="缓缴期间职工能贷款吗？——缓缴期间视同正常缴存，具体以当地贷款规定为准。",
        materials=(
            Material("职工代表大会或工会决议", source="上传"),
            Material("近两年财务报表", source="上传"),
        ),
        published=False,
    )
)
items.add(
    Item(
        code="J-PAY",
        name="住房公积金汇缴",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        legal_limit="发放工资之日起 5 日内",
        cross_province=True,
        basis=f"{LAW} 第十九条",
        guide="核对本月变更清册，确认人数和金额后生成汇缴书和缴款通知，付款到账后自动分配到每位职工。"
        "确认后、付款前可以撤回，撤回后可继续修改清册。",
        help="多缴或少缴怎么办？——少缴的等待补足后整单入账，多缴部分转入单位暂收款，可用于下次汇缴。",
        needs=("银行",),
    )
)
items.add(
    Item(
        code="J-BACK",
        name="住房公积金补缴",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        cross_province=True,
        basis=f"{LAW} 第二十条、第三十八条",
        guide="漏缴、少缴的月份按当月的比例和上下限补缴，逐人填写起止月份，自动计算单位和个人部分。",
        help="补缴算连续缴存吗？——一次性补缴的月份一般不计入连续缴存，以当地贷款规定为准。",
        needs=("银行",),
        published=False,
    )
)
items.add(
    Item(
        code="J-ONLP",
        name="在线付款与托收签约",
        group="缴存",
        owner="计划财务科",
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        signature=True,
        basis=f"{LAW} 第十九条",
        guide="用已签约的单位账户在线支付汇缴款，付款结果以银行回执为准，结果未明时系统自动查询，不会重复扣款。"
        "也可签约委托收款，每月按约定日期扣款。",
        help="付款后一直显示处理中怎么办？——银行回执超过十分钟未到会转为结果核实中，核实前不要重复付款。",
        needs=("银行",),
    )
)
items.add(
    Item(
        code="J-REFD",
        name="错缴退款",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        promised="3 个工作日",
        signature=True,
        guide="因封存月份填错、人员或金额有误多缴的款项，先更正到单位暂收款，再申请退回原付款账户。职工已提取的部分不能退。",
        help="能退到别的账户吗？——只退回原付款账户，原账户已销户的凭证明到柜台办理。",
        materials=(Material("情况说明（加盖公章）", source="上传"),),
        needs=("银行",),
        published=False,
    )
)
items.add(
    Item(
        code="J-FLEX",
        name="灵活就业自愿缴存",
        group="缴存",
        owner=COLLECTION,
        audiences=PERSON,
        **offer("提取·外部数据"),
        assurance=3,
        promised="1 个工作日",
        wave=2,
        guide="没有单位的灵活就业人员可自愿缴存，签约后按月、按季或一次性扣款。享受与单位职工相同的计息和贷款政策。",
        help="中途不想缴了怎么办？——可申请停缴或按协议提取销户，已享受的补贴以协议约定为准。",
        needs=("社保", "税务"),
        published=False,
    )
)
