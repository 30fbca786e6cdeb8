"""The change list as a workbook: columns of the field, messages of the business, judged set-based."""

from accounts.enums import SealReason
from deposits.enums import ACTION_LABELS
from deposits.models import StagedChange
from deposits.services import judging
from servicehub.declare import Column, Difference, Severity, Sheet
from servicehub.declare.registry import sheets
from servicehub.kit.crypto import ID_NUMBER, MOBILE, NAME
from servicehub.sheets import messages

messages.add(
    "R05", "这名职工已是“{status}”状态，不能再{action}", "把变更类型改成建议值，或删去这一行", label="与账户状态不符"
)
messages.add("R06", "这名职工在“{employer}”仍是正常状态", "先发起转移，或由对方封存", label="在其他单位仍正常缴存")
messages.add("R07", "基数低于本市下限 {floor}", "按下限填，或核对是否少写一位", label="低于基数下限")
messages.add("R08", "基数高于本市上限 {ceiling}，按上限计算", "不用处理", Severity.WARNING, label="高于基数上限")
messages.add("R09", "变更类型只能是：{choices}", "从下拉项里选", label="变更类型看不懂")
messages.add("R10", "封存须填原因", "从下拉项里选一个原因", label="封存缺原因")
messages.add("R11", "姓名与登记的不一致", "照身份证核对姓名；确已改名的，先办信息变更", label="姓名不符")
messages.add(
    "R13", "基数比上月变化 {percent}%，核对是否{doubt}", "核对无误可继续", Severity.WARNING, label="基数变化很大"
)
messages.add("R14", "缴存比例 {rate} 不在 {least} 至 {most} 之间", "填单位执行的比例，或留空", label="比例不在范围")
messages.add("R15", "{month} 已汇缴入账，不能再改。如少缴，办理补缴", "改成本月，或办理补缴", label="月份已入账")
messages.add(
    "R16",
    "名册中有、文件中没有的 {count} 人将被封存：{names}",
    "确认这是完整名册；不是的话改用“只含变更”",
    Severity.WARNING,
    label="文件里少了人",
)
messages.add("R17", "账户已冻结，不能{action}", "等法院解除冻结后再办", label="账户已冻结")
messages.add("R26", "本单位名册里没有这名职工，不能{action}", "核对证件号码，或改成“新开户”", label="名册里没有这个人")
messages.add("R27", "新开户和启封须填缴存基数", "填上月工资或本月工资", label="缺缴存基数")
messages.add("R30", "生效年月只能是 {month}", "改成本月，或留空", label="生效年月不是本月")
messages.add("R28", "{notice}", "其余各行不受影响；恢复后点“重新检查”，再应用这一行", label="这类变更暂不能办理")
messages.add(
    "R29", "这名职工的“{item}”正在办理中（{case}），办结后再改", "等那笔业务办结后点“重新检查”", label="有在途业务"
)


SEAL_REASONS = tuple(label for code, label in SealReason.choices() if code != SealReason.EMPLOYER_SEALED)


@sheets.add
class ChangeListSheet(Sheet):
    """变更清册 (deposits 1.6) in two modes: the whole roster, or changes only."""

    code = "deposits.change_list"
    label = "变更清册"
    modes = {"changes": "只含变更", "full": "全量名册"}
    staging = StagedChange
    keeps_rows = False  # a whole roster repeats what everybody knows
    columns = (
        Column("action_word", "变更类型", ("业务类型", "类型"), kind="choice", choices=tuple(ACTION_LABELS.values())),
        Column("name", "姓名", ("职工姓名", "员工姓名"), kind="name", required=True, index=NAME),
        Column(
            "id_no",
            "证件号码",
            ("身份证号", "证件号", "身份证号码", "居民身份证号"),
            kind="id_no",
            required=True,
            index=ID_NUMBER,
            width=22,
        ),
        Column("wage", "缴存基数", ("基数", "工资基数", "月工资", "启封后缴存基数", "调整后基数"), kind="money"),
        Column("rate", "缴存比例", ("比例",), kind="money"),
        Column("month", "生效年月", ("生效时间", "执行时间", "初次缴存时间", "生效月份"), kind="month"),
        Column("reason_word", "原因", ("封存原因", "变更原因", "启封原因"), kind="choice", choices=SEAL_REASONS),
        Column("mobile", "手机号码", ("手机", "手机号", "个人联系电话", "联系电话"), kind="mobile", index=MOBILE),
    )

    def judge(self, origin, upload) -> None:
        judging.judge(origin, upload)

    def difference(self, origin, upload) -> Difference:
        return judging.difference(origin, upload)

    def examples(self):
        return (
            ("新开户", "王小明", "990000199001010017", "4200.00", "", "2026-11", "", "13800000000"),
            ("封存", "李晓红", "990000198506150029", "", "", "2026-11", "退休", ""),
        )
