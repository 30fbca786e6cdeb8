"""Service items of the platform itself: progress, messages, readings, interaction, and the centre's own management."""

from servicehub.catalogue.matrix import STAFF, offer
from servicehub.declare import Audience, Channel, Item, Material
from servicehub.declare.registry import items

EMPLOYER, PERSON, PUBLIC = Audience.EMPLOYER, Audience.PERSON, Audience.PUBLIC
EVERYBODY = frozenset({EMPLOYER, PERSON, PUBLIC})
BOTH = frozenset({EMPLOYER, PERSON})
OWN_STAFF = frozenset({Audience.STAFF})
SERVICE, OPERATIONS, INFORMATION = "客户服务科", "运营管理科", "信息科"
GUIDELINES = "建立健全住房公积金综合服务平台工作指引"

# --- 查询 ------------------------------------------------------------------------------------------------------------

items.add(
    Item(
        code="Q-PROG",
        name="办件进度查询",
        group="查询",
        owner=SERVICE,
        audiences=BOTH,
        **offer("个人查询", "单位查询"),
        assurance=1,
        basis=f"{GUIDELINES} 第十五条",
        guide="凡在任一渠道提交过的业务，登录后都能看到办到哪一步、由哪个岗位办理、承诺哪天办结。"
        "单位经办人看到的是所授权单位的全部办件，个人看到的是本人的办件。",
        help="为什么状态是“待复核”？——经办已经受理，按内部控制要求还要由另一位工作人员复核，复核后立即生效。",
        always_on=True,
    )
)
items.add(
    Item(
        code="Q-LOG",
        name="操作日志查询",
        group="查询",
        owner=INFORMATION,
        audiences=frozenset({EMPLOYER}),
        **offer("单位查询"),
        assurance=2,
        basis=f"{GUIDELINES} 第十六条",
        guide="单位管理员可以查询本单位各经办人登录网厅和办理业务的记录，包括时间、事项、结果和来源地址。"
        "记录只可查看，任何人都不能修改。",
        help="记录保留多久？——在线保留不少于六个月，归档保留三年。",
        published=False,
    )
)
items.add(
    Item(
        code="Q-MSG",
        name="我的消息",
        group="查询",
        owner=SERVICE,
        audiences=BOTH,
        **offer("个人查询", "单位查询"),
        assurance=1,
        guide="到账、汇缴到期、审核结果、补正等通知都会送到这里，短信只是提醒，以这里的内容为准。"
        "查看后自动标为已读，一年内都能翻看。",
        help="没有收到短信怎么办？——手机号变更后短信会送到新号码，站内消息不受影响，登录即可查看。",
    )
)
items.add(
    Item(
        code="Q-VIEW",
        name="谁看过我",
        group="查询",
        owner=INFORMATION,
        audiences=frozenset({PERSON}),
        **offer("个人查询"),
        assurance=2,
        basis="个人信息保护法 第四十四条、第四十五条",
        guide="查询哪些工作人员在什么时间、因为哪一笔业务查看过您的公积金信息。"
        "对某次查看有疑问，可以从该行直接提出异议，中心在承诺时限内答复。",
        help="为什么柜员能看到我的信息？——只有办理您本人业务时才能查看，每次查看都会留下记录并显示在这里。",
    )
)

# --- 互动 ------------------------------------------------------------------------------------------------------------

items.add(
    Item(
        code="H-REG",
        name="网厅注册",
        group="互动",
        owner=INFORMATION,
        audiences=EVERYBODY,
        channels=frozenset({Channel.WEBE, Channel.WEBP, Channel.SITE}),
        assurance=0,
        basis=f"{GUIDELINES} 第十四条",
        guide="一次注册，各渠道通用。个人凭与缴存登记一致的姓名、证件号码和手机号注册；单位经办人凭本人手机号注册，"
        "再由本单位管理员或柜台授权后为单位办事。",
        help="手机号和登记的不一样怎么办？——持身份证到任一管理部更正登记的手机号，再来注册。",
    )
)
items.add(
    Item(
        code="H-CONS",
        name="咨询",
        group="互动",
        owner=SERVICE,
        audiences=EVERYBODY,
        **offer("互动"),
        assurance=0,
        promised="1 个工作日",
        basis=f"{GUIDELINES} 第五条",
        guide="对政策、办理条件、材料有不清楚的地方，可以在线留言或拨打 12329。不登录也能咨询，留下联系方式便于答复。",
        help="多久能得到答复？——工作时间内一般当天答复，最迟一个工作日。",
        always_on=True,
        published=False,
    )
)
items.add(
    Item(
        code="H-SUGG",
        name="建议",
        group="互动",
        owner=SERVICE,
        audiences=EVERYBODY,
        **offer("互动"),
        assurance=0,
        promised="10 个工作日",
        basis=f"{GUIDELINES} 第五条",
        guide="对住房公积金政策和服务的改进意见都可以提出，被采纳的建议会在网站公布。",
        help="可以匿名吗？——可以，匿名建议不影响受理，只是无法把采纳情况告诉您。",
        always_on=True,
        published=False,
    )
)
items.add(
    Item(
        code="H-COMP",
        name="投诉",
        group="互动",
        owner=SERVICE,
        audiences=EVERYBODY,
        **offer("互动"),
        assurance=0,
        promised="5 个工作日",
        basis=f"{GUIDELINES} 第二条",
        guide="对服务态度、办理时限、收取材料等不满意，可以投诉。提交后立即得到工单号，凭号可在任一渠道查询办理情况。",
        help="投诉会让被投诉的窗口看到我的姓名吗？——工单由客户服务科调查，被投诉岗位只看到事由。",
        always_on=True,
        published=False,
    )
)
items.add(
    Item(
        code="H-RPT",
        name="举报与欠缴维权",
        group="互动",
        owner="执法稽核科",
        audiences=EVERYBODY,
        **offer("互动"),
        assurance=1,
        promised="5 个工作日告知是否受理，办结按执法程序",
        basis="住房公积金管理条例 第三十七条、第三十八条",
        guide="单位不办缴存登记、不为职工开户、逾期不缴或少缴的，职工可以举报。提供劳动关系和工资证明，有助于尽快核实。",
        help="已经离职还能举报吗？——可以，写清在职起止时间和少缴的月份即可。",
        materials=(
            Material("劳动合同或其他劳动关系证明", source="上传"),
            Material("工资发放记录", when="涉及缴存基数时", source="上传"),
        ),
        always_on=True,
        published=False,
    )
)
items.add(
    Item(
        code="H-PRIV",
        name="个人信息权利请求",
        group="互动",
        owner=INFORMATION,
        audiences=frozenset({PERSON}),
        **offer("互动"),
        assurance=2,
        promised="15 个工作日",
        basis="个人信息保护法 第四十四条至第五十条",
        guide="您可以请求查阅、复制、更正、补充本人的个人信息，或要求说明处理规则。法律规定必须保存的业务记录不能删除，会说明理由。",
        help="能要求删除缴存记录吗？——缴存、提取、贷款记录依法须保存，可以要求更正其中有误的内容。",
        always_on=True,
        published=False,
    )
)
items.add(
    Item(
        code="H-DISP",
        name="信息异议更正",
        group="互动",
        owner="归集管理科",
        audiences=BOTH,
        **offer("互动"),
        assurance=2,
        promised="5 个工作日",
        basis="住房公积金管理条例 第三十六条",
        guide="认为余额、缴存月份、个人或单位信息与事实不符，可以提出异议并附上证据。中心复核后书面答复，确有差错的同时更正。",
        help="异议期间账户能正常使用吗？——能，异议不影响缴存、提取和贷款。",
        published=False,
    )
)
items.add(
    Item(
        code="H-RESV",
        name="柜台预约",
        group="互动",
        owner="各管理部",
        audiences=EVERYBODY,
        **offer("预约"),
        assurance=0,
        guide="可预约未来七天内各管理部的办理时段，每天 9:00 放出新一天的号。办理前一小时可以取消。",
        help="迟到了怎么办？——时段开始后 15 分钟内到场仍按预约叫号，之后按现场取号排队。",
        published=False,
    )
)
items.add(
    Item(
        code="H-SUBS",
        name="消息订阅",
        group="互动",
        owner=SERVICE,
        audiences=BOTH,
        **offer("互动"),
        assurance=1,
        guide="选择哪些消息用短信、微信或站内信通知。到账、审核结果等与权益有关的消息始终送站内信，不能关闭。",
        help="为什么夜里没有短信？——21:00 至次日 8:00 只发校验码和安全提醒，其他短信次日补发。",
        published=False,
    )
)
items.add(
    Item(
        code="H-SURV",
        name="在线调查",
        group="互动",
        owner="办公室",
        audiences=EVERYBODY,
        **offer("互动"),
        assurance=0,
        promised="调查期内有效",
        guide="中心就政策和服务征求意见时会在这里发布问卷，每人每次调查填写一份，结果在网站公布。",
        help="调查是实名的吗？——不登录也能填写，登录填写的只用于防止重复。",
        published=False,
    )
)
items.add(
    Item(
        code="H-RATE",
        name="服务评价",
        group="互动",
        owner=SERVICE,
        audiences=EVERYBODY,
        **offer("互动"),
        assurance=0,
        promised="差评 1 个工作日内核实",
        basis="国办发〔2019〕51号",
        guide="每办完一笔业务都可以评价，分五档。不满意和非常不满意的，工作人员会在一个工作日内核实并回访。",
        help="评价后能改吗？——三十天内可以追加评价，原评价保留。",
        always_on=True,
        published=False,
    )
)
items.add(
    Item(
        code="H-AGRE",
        name="服务协议签约与解约",
        group="互动",
        owner="归集管理科",
        audiences=BOTH,
        **offer("互动"),
        assurance=2,
        basis=f"{GUIDELINES} 第十七条",
        guide="首次使用网上渠道办理业务前，阅读并签署服务协议；不再使用时可以解约，解约不影响已办业务。",
        help="协议更新后要重新签吗？——有实质变化的新版本需要重新签署，登录时会提示。",
        published=False,
    )
)

# --- 管理 ------------------------------------------------------------------------------------------------------------

items.add(
    Item(
        code="S-STOP",
        name="服务停办与恢复",
        group="管理",
        owner=OPERATIONS,
        audiences=OWN_STAFF,
        channels=frozenset({Channel.CTR, Channel.ADM}),
        assurance=2,
        basis=f"{GUIDELINES} 第七条、第十二条",
        guide="按渠道、事项或全平台停办，分公告、停新办、只读、全停四档。申请与复核由两人办理；紧急停办可由一人先行，"
        "四小时内转为正式停办单或恢复，二十四小时内由他人补审。",
        help="全平台全停以后怎样恢复？——本事项不受任何停办单影响，值班人员随时可以进入并提出恢复。",
    )
)
items.add(
    Item(
        code="S-CASE",
        name="办件审核",
        group="管理",
        owner="各管理部",
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        guide="列出本岗位、本机构待审核的办件。经办人不能审核本人经办的业务，同一笔业务每人只审核一次。",
        help="为什么看不到某笔待审业务？——只显示本岗位这一环节、本机构范围内的办件。",
    )
)
items.add(
    Item(
        code="S-PARM",
        name="业务参数发布",
        group="管理",
        owner="政策法规科",
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis=f"{GUIDELINES} 第七条",
        guide="提出参数的新值、生效日和依据文件，查看影响范围后提交复核。利率、限额、比例由两级复核，其余由一人复核。",
        help="发布后能改吗？——已生效的值不能修改，只能发布新的生效日和新值，历史全部保留。",
    )
)
items.add(
    Item(
        code="S-ROLE",
        name="岗位授权",
        group="管理",
        owner=INFORMATION,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="GB/T 22239-2019 8.1.4.2",
        guide="系统管理员提出授权，安全管理员批准，两人都不能为自己授权。不相容岗位由系统拒绝。",
        help="收回岗位多久生效？——批准后两秒内，该人员的登录会话同时结束。",
    )
)
items.add(
    Item(
        code="S-USER",
        name="登录账号管理",
        group="管理",
        owner=INFORMATION,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="GB/T 22239-2019 8.1.4.1",
        guide="解除登录锁定、开通密码重置、停用和恢复账号。柜台核对身份证件后为单位经办人和个人办理；"
        "工作人员的账号由系统管理员提出、安全管理员批准。",
        help="柜台能替人设密码吗？——不能，只能开通 24 小时的重置，由本人凭短信校验码自己设置。",
    )
)
items.add(
    Item(
        code="S-AUDIT",
        name="审计查询",
        group="管理",
        owner="内审科",
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="GB/T 22239-2019 8.1.4.3",
        guide="审计管理员查询全部操作记录，可按人员、对象、时间、结果筛选，并校验记录链是否完整。只能查看，不能修改。",
        help="怎样证明记录没有被改过？——每条记录与前一条相连，校验会指出第一条不衔接的记录。",
    )
)
items.add(
    Item(
        code="S-BATCH",
        name="批处理管理",
        group="管理",
        owner=INFORMATION,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        guide="查看日终、结息、对账等批处理的进度和失败明细，失败的可以重跑，重跑只处理未完成的部分。",
        help="重跑会不会重复入账？——不会，每一项只记一次，已完成的自动跳过。",
    )
)
items.add(
    Item(
        code="S-CHEK",
        name="平衡检查与稽查",
        group="管理",
        owner="内审科",
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis="住房公积金信息化建设导则（自动平衡检查）",
        guide="列出自动平衡检查和电子稽查发现的问题，写明责任岗和期限。问题消除后自动关闭，需要时由责任岗写明原因。",
        help="说明以后问题为什么还在？——说明不等于消除，下一次检查不再发现时才自动关闭。",
    )
)
items.add(
    Item(
        code="S-FLOW",
        name="服务量查询",
        group="管理",
        owner=OPERATIONS,
        audiences=OWN_STAFF,
        **STAFF,
        assurance=2,
        basis=f"{GUIDELINES} 第十二条",
        guide="按渠道、事项、结果统计服务量，包括因停办被拒绝的次数。数字由逐笔调用记录汇总，点开即是明细。",
        help="被停办拒绝的算不算业务量？——单独列示，不计入办理量，也不计入故障。",
    )
)
