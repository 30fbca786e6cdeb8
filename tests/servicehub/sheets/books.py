"""Workbooks as people really send them."""

import io

import xlsxwriter

HEADING = ("变更类型", "姓名", "证件号码", "缴存基数", "生效年月", "原因", "手机号码")
GOOD = ("新开户", "王建国", "41100219900101123X", 4200, "2026-11", "", "13812345678")


def book(*rows, heading=HEADING, merge=None, formula=None) -> bytes:
    """An xlsx of text and number cells; ``merge``: an A1 range; ``formula``: (row, column, text)."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = workbook.add_worksheet()
    for number, row in enumerate([heading, *rows]):
        for place, cell in enumerate(row):
            if isinstance(cell, int | float):
                sheet.write_number(number, place, cell)
            else:
                sheet.write_string(number, place, cell)
    if merge:
        sheet.merge_range(merge, "合并")
    if formula:
        sheet.write_formula(formula[0], formula[1], formula[2], None, 4200)
    workbook.close()
    return stream.getvalue()
