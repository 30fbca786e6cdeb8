"""Service items of employers, persons and their accounts, and of the receipts at the bank."""

from servicehub.catalogue.matrix import STAFF, offer
from servicehub.declare import Audience, Channel, Item, Material
from servicehub.declare.registry import items

EMPLOYER, PERSON = frozenset({Audience.EMPLOYER}), frozenset({Audience.PERSON})
BOTH = EMPLOYER | PERSON
PUBLIC = frozenset({Audience.PUBLIC})
OWN_STAFF = frozenset({Audience.STAFF})
COLLECTION, FINANCE = "归集管理科", "计划财务科"
LAW = "住房公积金管理条例"

# --- 查询 ------------------------------------------------------------------------------------------------------------

items.add(
    Item(
        code="Q-ACC",
        name="个人缴存信息查询",
        group="查询",
        owner=COLLECTION,
        audiences=PERSON,
        **offer("个人查询"),
        assurance=2,
        cross_province=True,
        basis=f"{LAW} 第三十六条",
        guide="查询本人账户余额、缴存基数、月缴存额、缴至月份和每一笔入账，也能看到单位部分和个人部分各是多少。"
        "不同单位、不同资金种类的账户分别列出。",
        help="单位已经缴款，为什么余额没变？——单位付款到账并分配到个人后才会入账，通常在到账当日完成。",
    )
)
items.add(
    Item(
        code="Q-UNIT",
        name="单位账户信息查询",
        group="查询",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("单位查询"),
        assurance=2,
        basis=f"{LAW} 第三十六条",
        guide="查询本单位登记信息、缴存比例、缴至月份、在册人数、暂收款余额和历次汇缴。只显示经办人所授权的单位。",
        help="暂收款是什么？——已经到账但还没有分配到个人的款项，可以用于下次汇缴或申请退回原账户。",
    )
)
items.add(
    Item(
        code="Q-ROST",
        name="职工清册查询",
        group="查询",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("单位查询"),
        assurance=2,
        basis=f"{LAW} 第三十六条",
        guide="查询和导出本单位职工的个人账号、姓名、状态、缴存基数和月缴存额，证件号码只显示部分位数。"
        "只包含职工在本单位期间的信息。",
        help="为什么看不到职工以前单位的缴存？——按规定单位只能查看职工在本单位期间的缴存情况。",
    )
)
items.add(
    Item(
        code="Q-STMT",
        name="年度对账单",
        group="查询",
        owner=COLLECTION,
        audiences=BOTH,
        **offer("个人查询", "单位查询"),
        assurance=2,
        basis=f"{LAW} 第三十六条",
        guide="每年 6 月 30 日结息后生成上一结息年度的对账单，列出年初余额、汇缴、补缴、提取、利息和年末余额，"
        "可下载带验证码的 PDF。年度未结束时可查看截至当日的对账明细。",
        help="对账单与余额不一致怎么办？——先核对对账单的截止日期，仍有疑问可提出信息异议更正。",
    )
)
items.add(
    Item(
        code="C-UNIT",
        name="单位缴存（合规）证明",
        group="证明",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("证明"),
        assurance=3,
        promised="1 个工作日",
        guide="用于上市、招投标等，证明单位在指定期间依法缴存、有无行政处罚。核对欠缴情况后出具，带验证码。",
        help="有欠缴还能开吗？——能，证明会如实写明欠缴月份和人数。",
        published=False,
    )
)

# --- 单位与个人账户 --------------------------------------------------------------------------------------------------

items.add(
    Item(
        code="J-REG",
        name="单位登记开户",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        channels=frozenset({Channel.CTR}),  # papers are seen in the original; online one books the visit (J-RESV)
        assurance=1,
        promised="1 个工作日",
        legal_limit="单位自设立之日起 30 日内登记，审核后 20 日内开户",
        cross_province=True,
        wave=2,
        basis=f"{LAW} 第十四条",
        guide="新设立的单位自设立之日起 30 日内办理缴存登记，确定缴存比例、首次缴存月份和发薪日。"
        "登记经复核后得到单位账号，随后为职工办理账户设立。",
        help="分支机构可以单独登记吗？——有独立统一社会信用代码并单独核算工资的，可以单独登记。",
        materials=(
            Material("营业执照或其他设立证明", source="共享"),
            Material("法定代表人身份证件", source="出示原件"),
            Material("经办人授权书", when="由经办人办理时", source="上传"),
        ),
        needs=("市场监管",),
    )
)
items.add(
    Item(
        code="J-RESV",
        name="单位开户预约",
        group="缴存",
        owner=COLLECTION,
        audiences=PUBLIC,
        **offer("预约"),
        assurance=0,
        promised="预审 2 个工作日",
        basis=f"{LAW} 第十四条",
        guide="在网上填写单位信息并上传证照，预审通过后按预约时间到管理部核对原件，当场完成登记。",
        help="预审不通过怎么办？——按退回原因修改后可再次提交，预约号不变。",
        published=False,
    )
)
items.add(
    Item(
        code="J-UCHG",
        name="单位信息变更",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        promised="联系信息即时，登记信息 1 个工作日",
        legal_limit="自发生变更之日起 30 日内",
        cross_province=True,
        wave=2,
        basis=f"{LAW} 第十四条",
        guide="联系人、地址、发薪日由单位自行修改；名称、统一社会信用代码、法定代表人和银行账户变更须附证明并经复核。",
        help="改名后职工的账号会变吗？——不会，单位账号和职工账号都不变。",
        materials=(Material("变更证明", when="变更登记信息时", source="共享"),),
        needs=("市场监管",),
        published=False,
    )
)
items.add(
    Item(
        code="J-UCLS",
        name="单位注销",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        promised="3 个工作日",
        legal_limit="自发生之日起 30 日内",
        wave=2,
        signature=True,
        basis=f"{LAW} 第十四条",
        guide="单位撤销、解散或破产的，先补清欠缴，把职工账户转移或封存，再办理注销。有未结清事项的会逐项列出。",
        help="还有几名职工没有新单位怎么办？——可转入中心集中封存，不影响单位注销。",
        needs=("市场监管", "税务"),
        published=False,
    )
)
items.add(
    Item(
        code="J-OPEN",
        name="职工账户设立",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        legal_limit="自录用之日起 30 日内",
        basis=f"{LAW} 第十五条",
        guide="为新录用的职工设立个人账户，填写姓名、证件号码、缴存基数和首次缴存月份，可逐人填写或整批上传。"
        "职工已有账户的，自动改为转入本单位并启封，不会开出第二个账户。",
        help="证件号码正确却提示已有账户怎么办？——该职工在原单位的账户尚未封存，由原单位封存后即可转入。",
        needs=("公安",),
    )
)
items.add(
    Item(
        code="J-UNSL",
        name="职工账户启封",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        basis=f"{LAW} 第十五条",
        guide="职工恢复发放工资的，从恢复缴存的月份起启封账户，并填写新的缴存基数。启封月份已经汇缴过的，差额通过补缴办理。",
        help="启封后哪个月开始缴？——从填写的启封月份起计入当月变更清册，随当月汇缴一并缴存。",
    )
)
items.add(
    Item(
        code="J-SEAL",
        name="职工账户封存",
        group="缴存",
        owner=COLLECTION,
        audiences=EMPLOYER,
        **offer("缴存"),
        assurance=3,
        legal_limit="自劳动关系终止之日起 30 日内",
        basis=f"{LAW} 第十五条",
        guide="职工离职、退休或停发工资的，从停缴的月份起封存账户并选择原因。封存后余额照常计息，不影响职工查询和提取。",
        help="封存填错月份怎么办？——在当月汇缴确认前可以撤销变更清册重新填写，确认后通过启封更正。",
    )
)
items.add(
    Item(
        code="J-TRIN",
        name="市内转移",
        group="缴存",
        owner=COLLECTION,
        audiences=BOTH,
        **offer("缴存"),
        assurance=3,
        basis=f"{LAW} 第十五条",
        guide="职工在本市换单位，原单位封存后由新单位转入并启封，余额随账户一并转移，不需要提取后再缴。",
        help="原单位不办封存怎么办？——职工凭离职证明可申请由中心通知原单位，逾期不办的由中心办理。",
        materials=(Material("离职证明", when="由职工本人申请时", source="上传"),),
    )
)
items.add(
    Item(
        code="J-XFER",
        name="异地转移接续",
        group="缴存",
        owner=COLLECTION,
        audiences=PERSON,
        **offer("提取·外部数据"),
        assurance=3,
        promised="5 个工作日",
        wave=2,
        basis="建金〔2017〕135号",
        guide="职工跨城市就业并在本市缴存满规定期限后，可把原缴存地的余额转入本市账户，由两地中心经全国平台办理。",
        help="转移期间原账户能提取吗？——申请受理后原账户暂停提取，转出完成或退回后恢复。",
        needs=("全国住房公积金监管服务平台",),
        published=False,
    )
)
items.add(
    Item(
        code="J-PCHG",
        name="个人信息变更",
        group="缴存",
        owner=COLLECTION,
        audiences=BOTH,
        **offer("提取", "缴存"),
        assurance=3,
        cross_province=True,
        wave=2,
        basis="建金〔2005〕5号",
        guide="手机号、联系地址、银行卡由本人变更；姓名和证件号码变更须附公安机关证明，经复核后生效，原信息留存备查。",
        help="换了手机号收不到校验码怎么办？——可改用银行卡核验或到柜台变更，变更后二十四小时内不办理资金业务。",
        needs=("公安",),
        published=False,
    )
)

# --- 新职工住房补贴 --------------------------------------------------------------------------------------------------


def _subsidy(code: str, name: str, guide: str, help_: str) -> None:
    items.add(
        Item(
            code=code,
            name=name,
            group="缴存",
            owner=COLLECTION,
            audiences=EMPLOYER,
            **offer("缴存"),
            assurance=3,
            guide=guide,
            help=help_,
            basis="国发〔1998〕23号",
            published=False,
        )
    )


_subsidy(
    "J-SUB1",
    "新职工住房补贴账户设立",
    "为符合条件的新职工在公积金账户之外设立补贴账户，补贴由单位按月缴存。职工须已有住房公积金账户。",
    "谁算新职工？——在当地住房分配货币化改革实施后参加工作的职工，具体日期以当地规定为准。",
)
_subsidy(
    "J-SUB2",
    "新职工住房补贴账户启封",
    "停缴补贴的职工恢复缴存时，从恢复月份起启封补贴账户，公积金账户状态不受影响。",
    "补贴账户和公积金账户要同时启封吗？——不必，两个账户分别启封。",
)
_subsidy(
    "J-SUB3",
    "新职工住房补贴账户封存",
    "职工离职或不再享受补贴时，从停缴月份起封存补贴账户，余额照常计息。",
    "封存补贴会影响公积金缴存吗？——不会，公积金按原基数继续缴存。",
)
_subsidy(
    "J-SUB4",
    "新职工住房补贴补缴",
    "漏缴月份的补贴按当月标准补缴，逐人填写起止月份，与公积金补缴分开付款。",
    "补缴从哪天起计息？——从实际到账之日起计息。",
)

# --- 来款与对账 ------------------------------------------------------------------------------------------------------

items.add(
    Item(
        code="S-CLAIM",
        name="来款认领",
        group="管理",
        owner=FINANCE,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="住房公积金会计核算办法（财会字〔1999〕33号）",
        guide="不能自动匹配的到账款项列为待查，由会计选定归属单位和汇缴书，写明依据后提交另一名会计复核，复核后入账或转暂收款。",
        help="认领错了怎么办？——日终前由原经办提出冲正并经复核，日终后通过暂收款转移更正。",
    )
)
items.add(
    Item(
        code="S-RECON",
        name="银行对账",
        group="管理",
        owner=FINANCE,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="住房公积金会计核算办法（财会字〔1999〕33号）",
        guide="逐笔核对银行流水与入账记录，列出银行已收未记、已记银行未收的明细，每日日终前核对平衡。",
        help="对不平能日终吗？——不能，差异须逐笔说明原因或更正后才能结束当日。",
    )
)
items.add(
    Item(
        code="S-VOUCH",
        name="记账凭证",
        group="管理",
        owner=FINANCE,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="住房公积金会计核算办法（财会字〔1999〕33号）",
        guide="业务凭证由业务自动生成。利息收入、手续费、债券、风险准备、增值收益分配和上缴等没有业务的事项，由会计按规定的"
        "分录填制，会计复核通过后记账；凭证不能修改，填错的用红字冲销后重填。",
        help="为什么不能填个人账户的科目？——个人、单位和贷款的钱只随业务变动，手工凭证不涉及有明细账的科目。",
    )
)
items.add(
    Item(
        code="S-FUND",
        name="银行专户与资金划转",
        group="管理",
        owner=FINANCE,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="住房公积金会计核算办法（财会字〔1999〕33号）",
        guide="登记归集、委托贷款和增值收益专户，在本中心专户之间划转资金。一人经办，另一人复核，银行办妥后才入账。",
        help="为什么归集户不能直接划到增值收益户？——两类资金分账核算，只能按月结算出的增值收益划转。",
    )
)
items.add(
    Item(
        code="S-CLOSE",
        name="日终与结账",
        group="管理",
        owner=FINANCE,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="住房公积金会计核算办法（财会字〔1999〕33号）",
        guide="取齐银行流水、切换营业日、平衡检查、银行对账，两人签批后凭证编号、结转余额。"
        "月末、6 月 30 日和年末连带月结、年度结息和年结。",
        help="日终停下了怎么办？——看“日终步骤”写明的原因，更正后点“继续日终”，已完成的步骤不会重做。",
    )
)
items.add(
    Item(
        code="S-LEDGR",
        name="账务查询",
        group="管理",
        owner=FINANCE,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        guide="查询凭证、科目余额、单位分户账和个人明细账，任一金额都能点开到形成它的业务和计算过程。",
        help="凭证号为什么是空的？——凭证号在日终时连续编排，日终前以凭证内部编号为准。",
    )
)
items.add(
    Item(
        code="S-INT",
        name="年度结息",
        group="管理",
        owner=FINANCE,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="住房公积金管理条例；银发〔2016〕43号",
        guide="每年 6 月 30 日结息：先试算并核对例外，由两人发布利率，批处理按账户分段入账、核对总分，最后发布年度对账单。"
        "入账前所有账户的积数都按明细重算一遍，并由第二套算法复算，相差一分就停下。",
        help="结息中途停电怎么办？——恢复后自动从没有做完的一段继续，已经结过的账户不会重复入账。",
    )
)
items.add(
    Item(
        code="S-GRANT",
        name="经办人授权",
        group="管理",
        owner=COLLECTION,
        audiences=EMPLOYER | OWN_STAFF,
        **offer("缴存"),
        assurance=2,
        basis="建立健全住房公积金综合服务平台工作指引 第十七条",
        guide="单位管理员为经办人、复核人、查询人授权，限定可办事项、单笔限额和有效期（不超过三年）。"
        "首位管理员凭加盖公章的授权书到柜台办理。",
        help="经办人离职怎么办？——管理员收回授权后两秒内生效，未提交的草稿转给管理员。",
        materials=(Material("授权书", when="首位单位管理员", source="出示原件"),),
    )
)
