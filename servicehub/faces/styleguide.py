"""/styleguide/ (staff): every component with its variants, as pages use them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicehub.declare import Parameter, Step
from servicehub.declare.table import Column
from servicehub.faces.places import Place
from servicehub.faces.shapes import NavItem
from servicehub.kit import charts, wording

_AT = datetime(2026, 11, 8, 2, 21, tzinfo=UTC)
_MONTHS = tuple(f"2025-{month}" for month in ("12",)) + tuple(f"2026-{month:02d}" for month in range(1, 12))


@require_GET
def styleguide(request, place: Place) -> HttpResponse:
    request.density = "comfortable" if request.GET.get("density") == "comfortable" else "compact"
    context = {
        "title": "组件",
        "errors": [
            {
                "text": "缴存基数低于本市下限 2,100.00",
                "href": "#f-sample-error",
                "remedy": "改为 2,100.00 或以上",
                "clause": "许昌市 2026 年度缴存基数通知",
            },
            {"text": "填写封存原因", "href": "#f-sample-reason", "line": 35},
        ],
        "steps": _steps(),
        "columns": _columns(),
        "rows": _rows(),
        "groups": _groups(),
        "import_groups": (("证件号校验码", 9), ("低于基数下限", 8), ("已是封存状态", 5), ("姓名不符", 2)),
        "bad_columns": _bad_columns(),
        "bad_rows": _bad_rows(),
        "chart": _chart(),
        "lines": _lines(),
        "paper": _paper(),
        "events": _events(),
        "matrix": _matrix(),
        "nav_items": [NavItem("首页", "#", True), NavItem("当月汇缴", "#"), NavItem("消息", "#", badge=3)],
        "words": wording.STATUS,
        "page": {
            "number": 3,
            "pages": 25,
            "count": 1214,
            "first": 101,
            "last": 150,
            "previous": "#p2",
            "next": "#p4",
            "urls": [(1, "#p1"), (None, ""), (2, "#p2"), (3, "#p3"), (4, "#p4"), (None, ""), (25, "#p25")],
        },
    }
    return render(request, "faces/styleguide.html", context)


def _steps() -> list[dict]:
    return [
        {"text": "变更清册", "state": "done", "at": _AT, "by": "李会计", "url": "#step"},
        {"text": "核定", "state": "done", "at": _AT, "by": "李会计"},
        {"text": "确认", "state": "current"},
        {"text": "付款", "state": "todo"},
        {"text": "到账", "state": "todo"},
    ]


def _columns() -> list[Column]:
    return [
        Column("name", "姓名", sort="name"),
        Column("id_no", "证件号码", kind="mask"),
        Column("kind", "变更类型", kind="status"),
        Column("before", "变更前月缴", kind="money", sort="before"),
        Column("after", "变更后月缴", kind="money", total=True),
        Column("delta", "差额", kind="delta", total=True),
    ]


def _rows() -> list[dict]:
    def row(name, id_no, kind, before, after, **more) -> dict:
        before, after = Decimal(before), Decimal(after)
        return {
            "name": name,
            "id_no": id_no,
            "kind": f"change:{kind}",
            "before": before,
            "after": after,
            "delta": after - before,
            "_id": name,
            "_actions": [("修改", "#e"), ("撤销", "#u")],
            **more,
        }

    return [
        row("徐强", "410***********6018", "seal", "1008.00", "0.00"),
        row("高敏", "410***********8301", "base", "1788.00", "1967.00"),
        row("刘洋", "410***********9099", "open", "0.00", "1788.00", _class="is-new"),
        row(
            "周桂英",
            "410***********1134",
            "unseal",
            "0.00",
            "1632.00",
            _note="提醒：周桂英在“示例物业有限公司”仍为正常状态，启封前须对方封存。",
        ),
        row("古丽米热·艾比布力", "410***********2210", "base", "1560.00", "1560.00"),
    ]


def _groups() -> list[dict]:
    columns = [
        Column("name", "姓名"),
        Column("id_no", "证件号码", kind="mask"),
        Column("old", "现在月缴", kind="money"),
        Column("new", "改为月缴", kind="money"),
        Column("delta", "差额", kind="delta"),
    ]

    def rows(cls, *people) -> list[dict]:
        return [
            {
                "name": name,
                "id_no": id_no,
                "old": Decimal(old),
                "new": Decimal(new),
                "delta": Decimal(new) - Decimal(old),
                "_class": f"is-{cls}",
            }
            for name, id_no, old, new in people
        ]

    return [
        {
            "kind": "added",
            "title": "新增",
            "people": 18,
            "amount": Decimal("21904.00"),
            "columns": columns,
            "open": True,
            "rows": rows(
                "added", ("刘洋", "410***********9099", "0", "1788"), ("周桂英", "410***********1134", "0", "1632")
            ),
            "more_url": "#all",
            "more_text": "看全部 18 人",
        },
        {
            "kind": "removed",
            "title": "封存",
            "people": 7,
            "amount": Decimal("-9128.00"),
            "columns": columns,
            "rows": rows("removed", ("徐强", "410***********6018", "1008", "0")),
        },
        {
            "kind": "changed",
            "title": "基数调整",
            "people": 3,
            "amount": Decimal("612.00"),
            "columns": columns,
            "rows": rows("changed", ("高敏", "410***********8301", "1788", "1967")),
        },
        {"kind": "same", "title": "无变化", "people": 1193, "amount": None, "columns": columns, "rows": []},
    ]


def _bad_columns() -> list[Column]:
    return [
        Column("line", "行", kind="count"),
        Column("column", "列"),
        Column("problem", "问题"),
        Column("value", "填写的内容"),
        Column("remedy", "怎么改"),
    ]


def _bad_rows() -> list[dict]:
    return [
        {
            "line": 118,
            "column": "C 证件号码",
            "problem": "第 18 位校验码应为 X",
            "value": "410***********1137",
            "remedy": "核对身份证末位",
        },
        {
            "line": 206,
            "column": "E 缴存基数",
            "problem": "基数低于本市下限 2,100.00",
            "value": "1,900",
            "remedy": "建议值 2,100.00",
        },
        {
            "line": 311,
            "column": "C 证件号码",
            "problem": "证件号码被 Excel 改成了科学计数法（4.10E+17），末 3 位已丢失，须重填",
            "value": "4.10E+17",
            "remedy": "单元格先设为“文本”",
        },
    ]


def _chart() -> charts.Drawing:
    due = tuple(Decimal(1_380_000 + 10_600 * index) for index in range(12))
    return charts.stacked(
        _MONTHS,
        [
            charts.Series("单位部分", tuple(value / 2 for value in due)),
            charts.Series("个人部分", tuple(value / 2 for value in due)),
        ],
        "元",
        "近 12 个月应缴逐月增加，2026-11 为 1,496,600.00 元。",
    )


def _lines() -> charts.Drawing:
    return charts.lines(
        tuple(f"{hour:02d}:00" for hour in range(8, 18)),
        [
            charts.Series("网厅单位", tuple(Decimal(value) for value in (12, 48, 96, 131, 88, 40, 61, 120, 133, 70))),
            charts.Series("柜台", tuple(Decimal(value) for value in (4, 30, 42, 44, 20, 9, 38, 41, 36, 12))),
        ],
        "笔/小时",
        "16 时网厅单位最多，133 笔。",
        target=Decimal(150),
    )


def _paper() -> tuple[Step, ...]:
    ceiling = Parameter(
        "deposits.base.ceiling",
        "缴存基数上限",
        "24,102.00",
        date(2026, 7, 1),
        None,
        "许公积金〔2026〕8号",
        "已核对原文",
    )
    return (
        Step(
            "核定缴存基数",
            "min(26,000.00, 24,102.00)",
            "24,102.00",
            clause="缴存基数不超过上年度社平工资三倍",
            parameters=(ceiling,),
        ),
        Step("单位月缴存额", "24,102.00 × 12% = 2,892.24", "2,892.00", rounding="四舍五入到元"),
        Step(
            "月缴存额",
            "2,892.00 + 2,892.00",
            "5,784.00",
            steps=(Step("个人月缴存额", "24,102.00 × 12% = 2,892.24", "2,892.00", rounding="四舍五入到元"),),
        ),
    )


def _events() -> list[dict]:
    return [
        {"at": _AT, "who": "李会计", "what": "提交缓缴申请", "state": "done"},
        {
            "at": _AT,
            "who": "王芳（柜台）",
            "what": "退回修改",
            "state": "problem",
            "text": "工会决议第 2 页没有盖章",
            "status": "decision:return",
        },
        {
            "at": None,
            "who": "",
            "what": "待单位补正",
            "state": "now",
            "due": "法定时限 10 日，2026-11-20 前办结，还有 9 天",
        },
    ]


def _matrix() -> dict:
    def cell(state, word="", more="", url="#c") -> dict:
        return {"state": state, "word": word, "more": more, "url": url if state not in ("not_offered",) else ""}

    return {
        "columns": [{"label": label} for label in ("网厅", "手机APP", "小程序", "政务网", "自助机", "热线", "柜台")],
        "rows": [
            {"label": "个人账户查询", "hint": "Q-ACC", "cells": [cell("open") for _ in range(7)]},
            {
                "label": "租房提取",
                "hint": "T-RENT",
                "cells": [
                    cell("open"),
                    cell("limited", "限流 60/s"),
                    cell("no_new"),
                    cell("open"),
                    cell("not_offered"),
                    cell("not_offered"),
                    cell("open"),
                ],
            },
            {
                "label": "单位汇缴",
                "hint": "J-PAY",
                "cells": [
                    cell("full"),
                    cell("not_offered"),
                    cell("not_offered"),
                    cell("pending"),
                    cell("read_only"),
                    cell("not_offered"),
                    cell("open", more="有公告"),
                ],
            },
        ],
    }
