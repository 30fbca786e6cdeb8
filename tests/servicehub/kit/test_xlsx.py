from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl

from servicehub.kit import xlsx

FIELDS = (
    xlsx.Field("name", "姓名"),
    xlsx.Field("id_no", "证件号码", "mask"),
    xlsx.Field("amount", "月缴存额", "money"),
    xlsx.Field("since", "起缴日", "date"),
    xlsx.Field("rate", "比例", "rate"),
)


def written(rows, **more):
    out = BytesIO()
    count = xlsx.write(out, "职工名册", FIELDS, rows, **more)
    out.seek(0)
    return count, openpyxl.load_workbook(out).active


def test_ids_are_text_and_money_is_exact():
    row = {
        "name": "张三",
        "id_no": "410102199001011234",
        "amount": Decimal("1967.05"),
        "since": date(2026, 7, 1),
        "rate": Decimal("0.12"),
    }
    count, sheet = written(
        [row], totals={"amount": Decimal("1967.05")}, notes=("数据截至 2026-11-08",), watermark="0312 王芳 2026-11-08"
    )
    assert count == 1
    values = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert values[0][0] == "职工名册" and values[1][0] == "数据截至 2026-11-08" and values[2][0].startswith("0312")
    assert values[4] == ["张三", "410102199001011234", 1967.05, "2026-07-01", "12%"]
    assert sheet["B5"].data_type == "s" and sheet["C5"].data_type == "n"
    assert values[5][0] == "合计" and values[5][2] == 1967.05


def test_what_a_spreadsheet_would_run_is_neutralised():
    rows = [
        {"name": text, "id_no": "", "amount": None, "since": None, "rate": None}
        for text in ("=1+1", "+86", "-1", "@SUM(A1)")
    ]
    _, sheet = written(rows)
    names = [sheet.cell(line, 1) for line in range(3, 7)]
    assert [cell.value for cell in names] == ["'=1+1", "'+86", "'-1", "'@SUM(A1)"]
    assert all(cell.data_type == "s" for cell in names)
