"""A bank's statement as a workbook or csv: the columns banks use, and what can be wrong with a line."""

from accounts.bank import statement_files
from accounts.bank.models import StagedStatementLine
from servicehub.declare import Column, Difference, Severity, Sheet
from servicehub.declare.registry import sheets
from servicehub.kit.crypto import BANK_CARD
from servicehub.sheets import messages

messages.add("S01", "收入和支出必须填一项，也只能填一项", "对照银行回单补填", label="没有发生额")
messages.add(
    "S02",
    "余额 {gap} 元接不上：第 {line} 行余额是 {previous}，加减本行金额不等于本行余额",
    "核对是否漏了中间的行，或金额、余额填错；补齐后重新上传",
    label="余额不连续",
)
messages.add("S03", "与第 {line} 行是同一笔流水", "只留一行", label="流水重复")
messages.add("S04", "记账时间看不懂，应写成 09:30:00", "写成 09:30:00，或留空", label="时间看不懂")
messages.add("S05", "银行先前报来这笔流水的余额是 {told}", "向银行核对以哪个为准", label="余额与到账通知不同")
messages.add("S06", "记账日期晚于今天", "核对日期", label="日期不对")
messages.add("S07", "这一行不是所选专户的流水", "选对专户，或删去这一行", label="专户不对")
messages.add(
    "S08",
    "与已收到的一笔流水日期、金额、余额都相同，主机流水号却不同",
    "多半是 Excel 改写了长号码：把这一列设为“文本”格式，重填流水号",
    label="流水号被改写",
)
messages.add(
    "S09",
    "这段日期里有 {count} 笔已收到的流水（合计 {total} 元）对账单中没有",
    "确认对账单是否导全；银行确认没有的，按未达账项处理",
    Severity.WARNING,
    label="对账单缺少已收到的流水",
)
messages.add(
    "S10",
    "期初余额 {opening} 元，与此前最后一笔余额 {before} 元不同",
    "把中间缺的日期也导入",
    Severity.WARNING,
    label="与前期余额不连续",
)


@sheets.add
class StatementSheet(Sheet):
    """银行对账单. A line is told once, whichever way; the file is taken in whole or not at all."""

    code = "accounts.bank_statement"
    label = "银行对账单"
    staging = StagedStatementLine
    columns = (
        Column("host_date", "记账日期", ("交易日期", "日期", "入账日期"), kind="date", required=True),
        Column("time_word", "记账时间", ("交易时间", "时间")),
        Column(
            "host_word", "主机流水号", ("流水号", "交易流水号", "银行流水号", "核心流水号"), required=True, width=26
        ),
        Column("received", "收入金额", ("贷方发生额", "贷方金额", "收入", "贷方"), kind="money"),
        Column("paid", "支出金额", ("借方发生额", "借方金额", "支出", "借方"), kind="money"),
        Column("amount", "金额", ("交易金额", "发生额"), kind="money"),
        Column("side_word", "借贷标志", ("借贷方向", "收支标志"), kind="choice", choices=("借", "贷")),
        Column("balance", "余额", ("账户余额", "交易后余额"), kind="money", required=True),
        Column("counter_account", "对方账号", ("对方账户", "交易对手账号"), index=BANK_CARD, width=26),
        Column("counter_name", "对方户名", ("对方名称", "交易对手名称"), width=30),
        Column("counter_bank", "对方银行", ("对方开户行", "对方行名"), width=24),
        Column("summary", "摘要", (), width=20),
        Column("remark", "附言", ("用途", "备注"), width=30),
        Column("reversal_word", "冲正标识", ("冲正标志", "冲账标识"), kind="choice", choices=("是", "否")),
        Column("own_account", "本方账号", ("账号", "本方账户"), width=26),
    )

    def judge(self, origin, upload) -> None:
        statement_files.judge(origin, upload)

    def difference(self, origin, upload) -> Difference:
        return statement_files.difference(origin, upload)

    def examples(self):
        return (
            ("2026-11-02", "09:30:15", "0001234567", "12000.00", "", "", "", "512000.00", "41050000000000001234",
             "许昌某某机械有限公司", "建设银行许昌分行", "汇缴", "97000001", "否", ""),
            ("2026-11-02", "10:02:41", "0001234568", "", "3000.00", "", "", "509000.00", "6222000000001234", "张三",
             "工商银行许昌分行", "提取", "", "否", ""),
        )  # fmt: skip
