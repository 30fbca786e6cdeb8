"""The import messages of the hub: file level and cell level. Apps add their own to the same catalogue."""

from dataclasses import dataclass

from servicehub.declare import Severity


@dataclass(frozen=True, slots=True)
class Message:
    """``text`` is formatted with the facts of a finding; ``remedy`` says what to do next."""

    code: str
    text: str
    remedy: str
    severity: Severity = Severity.ERROR
    label: str = ""  # how the problem is named in the list grouped by problem

    def say(self, facts: dict) -> str:
        return self.text.format(**facts)


CATALOGUE: dict[str, Message] = {}


def add(code: str, text: str, remedy: str, severity: Severity = Severity.ERROR, label: str = "") -> Message:
    if code in CATALOGUE:
        raise ValueError(f"import message {code} is declared twice")
    CATALOGUE[code] = Message(code, text, remedy, severity, label or text)
    return CATALOGUE[code]


add("F01", "只支持 xlsx 和 csv 文件，您传的是 {kind}", "在 Excel 里另存为 xlsx 再传", label="文件类型不对")
add("F02", "文件 {size}，上限 {limit}。拆成两个文件再传", "拆成两个文件再传", label="文件太大")
add("F03", "文件有打开密码，去掉密码后再传", "在 Excel“文件-信息”里去掉打开密码", label="文件有密码")
add(
    "F04",
    "缺少必需的列：{missing}。第 {row} 行找到的列：{found}",
    "下载模板对照列名，或把列名改成模板里的写法",
    label="缺少必需的列",
)
add(
    "F05",
    "这是 {version} 版模板，已按对应关系读取，{unused} 列未用到",
    "下次用新模板，可少核对一遍",
    Severity.WARNING,
    label="旧版模板",
)
add("F06", "文件里没有可导入的行", "从第 2 行起填写职工，再传", label="没有可导入的行")
add("F07", "文件有 {rows} 行，上限 {limit} 行", "拆成两个文件再传", label="行数太多")
add("F08", "文件损坏，读不出内容", "在 Excel 里打开，另存为新的 xlsx 再传", label="文件损坏")
add("F09", "文字编码既不是 UTF-8 也不是 GBK，读不出汉字", "在 Excel 里另存为 xlsx 再传", label="编码不明")
add("F10", "有合并单元格：{where}。合并后只有左上格有值，其余行会读成空", "取消合并，每行都填上值", label="合并单元格")
add("F11", "{said}", "在 Excel 里另存为不带宏的 xlsx 再传", label="文件里有程序")
add("R00", "缺{column}", "补填{column}", label="必填项未填")
# Faults of numbers and names are worded where they are found (kit.identity_numbers, kit.names).
for code, remedy, label in (
    ("R01", "核对身份证末位", "证件号校验码不对"),
    ("R02", "把这一列设为“文本”格式，重填号码", "证件号被 Excel 改写"),
    ("R03", "照身份证补齐 18 位", "证件号位数不对"),
    ("R12", "补齐 11 位手机号", "手机号位数不对"),
    ("R18", "填写正确的汉字，生僻字可从证件上复制；间隔号用“·”", "姓名有替代符号"),
    ("ID-EMPTY", "填写证件上的完整号码", "缺证件号码"),
    ("ID-CHAR", "照身份证重填", "证件号有错字"),
    ("ID-REGION", "照身份证核对前 6 位", "证件号地区码不对"),
    ("ID-BIRTH", "照身份证核对第 7 至 14 位", "出生日期不对"),
    ("NAME-EMPTY", "填写证件上的姓名", "缺姓名"),
    ("NAME-LENGTH", "填写证件上的完整姓名", "姓名字数不对"),
    ("NAME-DIGIT", "填写证件上的姓名", "姓名中有数字"),
    ("MOBILE-CHAR", "填 11 位手机号", "手机号看不懂"),
    ("MOBILE-RANGE", "填 1 开头的 11 位手机号", "手机号看不懂"),
):
    add(code, "{said}", remedy, label=label)
add("R04", "与第 {line} 行是同一人", "只留一行", label="同一人重复")
add("R19", "{column}是公式，读到的不一定是最后的值", "选中这一列，复制后“选择性粘贴-数值”", label="单元格是公式")
add("R20", "{column}“{shown}”不是金额", "填数字，最多两位小数", label="金额看不懂")
add("R21", "{column}最多两位小数，您填的是 {shown}", "四舍五入到分", label="小数位太多")
add("R22", "{column}“{shown}”看不懂，应写成 2026-11", "写成 2026-11", label="年月看不懂")
add("R23", "{column}“{shown}”看不懂，应写成 2026-11-08", "写成 2026-11-08", label="日期看不懂")
add("N01", "{column}已自动规整：{before} → {after}", "不用处理", Severity.NOTICE, label="自动规整")
