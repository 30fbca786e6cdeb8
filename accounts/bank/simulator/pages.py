"""The bank's pages for people: accounts, a transfer form, the payment page, the switches. Every text is escaped."""

from decimal import Decimal
from html import escape

from accounts.bank.cashier import PaymentOrder
from accounts.bank.simulator.book import Book, yuan
from accounts.bank.simulator.faults import ENDINGS, FAULTS, Fault, Wording

STYLE = """
:root { font: 16px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1c1f23; }
body { margin: 0; background: #f5f6f7; }
header { background: #7a1420; color: #fff; padding: .75rem 1.25rem; }
header a { color: #fff; margin-right: 1.25rem; }
main { max-width: 70rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
table { border-collapse: collapse; width: 100%; background: #fff; margin: .5rem 0 1.5rem; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border: 1px solid #c9ced3; padding: .35rem .6rem; text-align: left; vertical-align: top; }
td.money, th.money { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
label { display: block; font-weight: 600; margin-top: .75rem; }
input, select { font: inherit; font-weight: 400; padding: .4rem; border: 1px solid #55606a; background: #fff; }
form > input { display: block; width: 100%; max-width: 26rem; box-sizing: border-box; }
button { font: inherit; margin-top: 1.25rem; padding: .5rem 1.25rem; background: #7a1420; color: #fff; border: 0; }
button.plain { background: #fff; color: #7a1420; border: 1px solid #7a1420; }
td form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
td form > * { margin: 0; }
td input { width: 7rem; }
td button { padding: .3rem .8rem; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid #ffb000; }
.error { border-left: 4px solid #b00020; padding: .5rem 1rem; background: #fff; }
.note { border-left: 4px solid #7a1420; padding: .5rem 1rem; background: #fff; }
dl { background: #fff; padding: 1rem; } dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
.scroll { overflow-x: auto; }
"""


def _page(title: str, content: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)} - 模拟银行</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/style.css"></head><body>'
        '<header><nav aria-label="模拟银行"><strong>模拟银行　</strong><a href="/">账户</a><a href="/transfer">汇款</a>'
        '<a href="/notices">到账通知</a><a href="/faults">故障开关</a></nav></header>'
        f"<main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace("-", "−")


def _table(caption: str, heads: list[str], rows: list[list[str]], money: set[int] = frozenset()) -> str:
    """Cells are HTML already; ``money`` names the columns aligned to the right."""

    def cells(tag: str, values: list[str]) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        return "".join(
            f"<{tag}{scope}{' class=money' if place in money else ''}>{value}</{tag}>"
            for place, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    if not rows:
        body = f'<tr><td colspan="{len(heads)}">还没有记录</td></tr>'
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption><thead><tr>{cells("th", heads)}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def accounts(book: Book) -> str:
    def rows(kind: str) -> list[list[str]]:
        found = book.rows("SELECT * FROM account WHERE kind = ? ORDER BY no LIMIT 200", kind)
        return [
            [f'<a href="/accounts/{escape(row["no"])}">{escape(row["no"])}</a>', escape(row["name"]),
             escape(row["bank"]), _money(yuan(row["balance"]))]
            for row in found
        ]  # fmt: skip

    heads = ["账号", "户名", "开户银行", "余额（元）"]
    return _page(
        "账户",
        f"<p>银行日期 {book.now:%Y-%m-%d %H:%M:%S}</p>"
        + _table("公积金中心专户", heads, rows("centre"), {3})
        + _table("客户账户", heads, rows("customer"), {3}),
    )


def account(book: Book, no: str) -> str:
    found = book.account(no)
    if found is None:
        return missing()
    rows = [
        [escape(row["host_date"]), escape(row["host_no"]), _money(yuan(row["amount"])), _money(yuan(row["balance"])),
         escape(row["counter_name"]), escape(row["counter_account"]), escape(row["summary"]), escape(row["remark"]),
         "冲正" if row["reversal"] else ""]
        for row in book.rows("SELECT * FROM line WHERE account = ? ORDER BY id DESC LIMIT 100", no)
    ]  # fmt: skip
    heads = ["日期", "主机流水号", "金额（元）", "余额（元）", "对方户名", "对方账号", "摘要", "附言", "标识"]
    return _page(
        f"{found['name']} {no}",
        f"<p>余额 ¥{_money(yuan(found['balance']))}</p>" + _table("最近 100 笔明细", heads, rows, {2, 3}),
    )


def _field(name: str, label: str, value: str = "") -> str:
    return f'<label for="{name}">{label}</label><input id="{name}" name="{name}" value="{escape(value)}">'


def _error(words: str) -> str:
    return f'<p class="error" role="alert">{escape(words)}</p>' if words else ""


def transfer(book: Book, form: dict[str, str], error: str = "") -> str:
    centre = book.row("SELECT no FROM account WHERE kind = 'centre' ORDER BY no LIMIT 1")
    payee = form.get("payee") or (centre["no"] if centre else "")
    return _page(
        "汇款",
        _error(error)
        + '<form method="post" action="/transfer">'
        + _field("payer", "付款账号", form.get("payer", ""))
        + _field("payer_name", "付款户名", form.get("payer_name", ""))
        + _field("payee", "收款账号", payee)
        + _field("amount", "金额（元）", form.get("amount", ""))
        + _field("summary", "摘要", form.get("summary", ""))
        + _field("remark", "附言", form.get("remark", ""))
        + "<button>汇出这笔款</button></form>"
        + '<p class="note">没有见过的付款账号会自动开立，余额一亿元。</p>',
    )


def transferred(book: Book, host_no: str) -> str:
    row = book.row("SELECT * FROM line WHERE host_no = ? AND amount < 0", host_no)
    return _page("汇款已办妥", _facts({
        "主机流水号": host_no, "付款账号": row["account"], "收款户名": row["counter_name"],
        "收款账号": row["counter_account"], "金额": f"¥{_money(-yuan(row['amount']))}", "附言": row["remark"],
    }))  # fmt: skip


def _facts(facts: dict[str, str]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    return f"<dl>{rows}</dl>"


def _order_facts(order: PaymentOrder) -> str:
    return _facts({
        "收款户名": order.payee_name, "收款账号": order.payee_account, "金额": f"¥{_money(order.amount)}",
        "附言": order.remark,
    })  # fmt: skip


def pay(order: PaymentOrder, query: dict[str, str], error: str = "") -> str:
    hidden = "".join(
        f'<input type="hidden" name="order_{escape(name)}" value="{escape(text)}">' for name, text in query.items()
    )
    return _page(
        "单位缴款",
        _error(error) + _order_facts(order) + f'<form method="post" action="/pay">{hidden}'
        + _field("payer", "付款账号", order.payer_account) + _field("payer_name", "付款户名", order.payer_name)
        + f"<button>确认付款 ¥{_money(order.amount)}</button></form>",
    )  # fmt: skip


def paid(order: PaymentOrder, host_no: str) -> str:
    back = (
        f'<p><a href="{escape(order.back)}">返回单位网厅</a></p>'
        if order.back.startswith(("http://", "https://"))
        else ""
    )
    return _page("付款成功", _order_facts(order) + _facts({"主机流水号": host_no}) + back)


def wrong_order() -> str:
    return _page(
        "不能付款", '<p class="error">缴款信息不完整，或者不是公积金中心发出的。从单位网厅重新进入付款页面。</p>'
    )


def missing() -> str:
    return _page("没有这个页面", '<p><a href="/">回到账户</a></p>')


def notices(book: Book) -> str:
    rows = [
        [str(row["id"]), f"{row['delay_s']} 秒" if row["delay_s"] else "", str(row["attempts"]),
         "已收" if row["delivered"] else "等待", escape(row["answer"])]
        for row in book.rows("SELECT * FROM push ORDER BY id DESC LIMIT 100")
    ]  # fmt: skip
    button = '<form method="post" action="/notices"><button>马上发送全部等待中的通知</button></form>'
    return _page("到账通知", button + _table("最近 100 条", ["序号", "延迟", "发送次数", "状态", "中心应答"], rows))


TIMES = (("1", "一次"), ("3", "三次"), ("-1", "一直"))


def _switch(fault: Fault, wording: Wording, row) -> list[str]:
    state = "关" if row is None else "一直" if row["times"] < 0 else f"还有 {row['times']} 次"
    target = f'<input type="hidden" name="fault" value="{fault}">'
    value = ""
    if wording.value:
        current = escape(row["value"] if row else wording.default)
        value = f'<label>{wording.value} <input name="value" value="{current}"></label> '
    options = "".join(f'<option value="{number}">{words}</option>' for number, words in TIMES)
    times = f'<label>次数 <select name="times">{options}</select></label>'
    on = f'<form method="post" action="/faults">{target}{value}{times} <button>打开“{wording.label}”</button></form>'
    off = (
        f'<form method="post" action="/faults">{target}<input type="hidden" name="times" value="0">'
        f'<button class="plain">关闭“{wording.label}”</button></form>'
    )
    return [wording.label, wording.help, state, off if row else on]


def faults(book: Book, error: str = "") -> str:
    live = {row["name"]: row for row in book.rows("SELECT * FROM fault")}
    rows = [_switch(fault, wording, live.get(fault)) for fault, wording in FAULTS.items()]
    endings = [
        [f"…{ending}", behaviour.message or {
            "9005": "应答超时，交易已做", "9007": "应答超时，查询两次“处理中”后成功", "9008": "成功，次日退汇",
            "9009": "成功，当日冲正",
        }[ending] + ("" if behaviour.answered or not behaviour.message else "，应答超时")]
        for ending, behaviour in ENDINGS.items()
    ]  # fmt: skip
    clock = (
        f"<p>银行日期 {book.now:%Y-%m-%d %H:%M:%S}</p>"
        '<form method="post" action="/clock"><button>进入下一日</button></form>'
    )
    return _page(
        "故障开关",
        _error(error) + clock
        + _table("开关", ["故障", "说明", "现在", "操作"], rows)
        + _table("按对方账号尾号", ["尾号", "结果"], endings)
        + _table("按金额的分", ["角分", "结果"], [["0.13", "通知发送两次"], ["0.14", "不发通知，只在账户明细里"],
                                              ["0.15", "通知先于应答"]]),
    )  # fmt: skip
