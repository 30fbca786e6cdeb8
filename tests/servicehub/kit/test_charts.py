from decimal import Decimal

from servicehub.kit import charts

LABELS = tuple(f"2026-{month:02d}" for month in range(1, 13))


def test_bars_start_at_zero_and_keep_their_proportion():
    drawing = charts.bars(LABELS[:2], [charts.Series("应缴", (Decimal(50), Decimal(100)))], "元", "翻倍")
    low, high = drawing.marks[0]
    assert low.y + low.height == high.y + high.height == drawing.baseline
    assert high.height == 2 * low.height


def test_stacked_parts_stand_on_each_other():
    parts = [charts.Series("单位", (Decimal(30),)), charts.Series("个人", (Decimal(70),))]
    drawing = charts.stacked(LABELS[:1], parts, "元", "合计 100")
    lower, upper = drawing.marks[0][0], drawing.marks[1][0]
    assert upper.y + upper.height == lower.y
    assert lower.height + upper.height == drawing.baseline - charts.TOP


def test_a_gap_is_no_zero():
    drawing = charts.lines(LABELS[:3], [charts.Series("缴存", (Decimal(1), None, Decimal(3)))], "元", "缺一个月")
    assert [mark.label for mark in drawing.marks[0]] == ["2026-01", "2026-03"]


def test_the_axis_is_round_and_the_last_label_is_always_there():
    drawing = charts.bars(LABELS, [charts.Series("应缴", tuple(Decimal(1_486_220) for _ in LABELS))], "元", "持平")
    assert [tick.label for tick in drawing.ticks] == ["0", "50万", "100万", "150万", "200万"]
    assert drawing.axis[0].label == "2026-12"
    assert len([tick for tick in drawing.axis if not tick.minor]) <= 4


def test_nothing_at_all_still_draws():
    drawing = charts.bars((), (), "元", "没有数据")
    assert drawing.marks == () and drawing.ticks[0].label == "0"
