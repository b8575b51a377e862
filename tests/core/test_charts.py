"""Where bars, lines and labels stand."""

import pytest

from malha.core import charts
from malha.core.charts import Bar, Pair, Part, Point


@pytest.mark.parametrize(
    ("highest", "expected"),
    [(0, [1]), (1, [1]), (4, [1, 2, 3, 4]), (17, [5, 10, 15]), (61_700, [20_000, 40_000, 60_000]), (8057, [2500, 5000, 7500])],
)
def test_an_axis_has_round_steps(highest, expected):
    assert charts.steps(highest) == expected


def test_the_highest_bar_stays_inside_and_nothing_has_no_bar():
    chart = charts.bars([Bar(10, 50), Bar(0, 0), Bar(50)], label="", scale=str, mark=0, mark_word="hoje")

    assert len(chart.rects) == 3
    assert min(float(rect.y) for rect in chart.rects) >= 12
    assert all(float(rect.y) + float(rect.height) == pytest.approx(234, abs=0.2) for rect in chart.rects)
    assert [text.text for text in chart.texts if text.anchor == "start"] == ["hoje"]


def test_parts_fill_the_whole_bar_however_small_one_is():
    chart = charts.stack([Part("w1", 1), Part("w2", 0), Part("w3", 1_000_000)], label="")

    first, last = chart.rects
    assert float(first.width) > 3
    assert float(last.x) + float(last.width) == pytest.approx(344, abs=0.2)


def test_what_began_stands_above_what_ended_below():
    chart = charts.mirror([Pair(46, 19, "jan"), Pair(0, 0, "fev")], label="", scale=str)

    up, down = chart.rects
    zero = next(float(rule.y1) for rule in chart.rules if rule.css == "ax")
    assert float(up.y) + float(up.height) < zero < float(down.y)
    assert float(up.y) >= 8
    assert float(down.y) + float(down.height) <= 144


def test_a_series_bridges_what_was_not_measured():
    chart = charts.line([Point(1), Point(None), Point(3)], label="", scale=str)

    assert chart.line.count("L") == 1
    assert chart.dot == ("338.0", "12.0")
    assert charts.line([], label="", scale=str).line == ""


def test_numbers_have_points_whatever_the_language():
    chart = charts.bars([Bar(1.5, 2.5)], label="", scale=str)

    assert not any("," in value for rect in chart.rects for value in (rect.x, rect.y, rect.width, rect.height))
