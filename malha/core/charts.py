"""Charts as inline SVG, made on the server: where each bar, line and label stands (design/README.md §1).

Here is arithmetic only; the tags of `templatetags/charts.py` draw what stands in these dataclasses. Numbers are texts already, because
a template would write them with a decimal comma. Whoever makes a chart also shows its numbers as a table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Number = int | float


@dataclass(frozen=True, slots=True)
class Rect:
    """A bar. `css`: its colour; `label`: what it says when it is pointed at."""

    css: str
    x: str
    y: str
    width: str
    height: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A word on an axis."""

    x: str
    y: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line. `css`: `gl` of the grid, `ax` an axis, `l2` dashed."""

    css: str
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass
class Chart:
    """What a tag draws. `label`: the sentence for who does not see it."""

    width: int
    height: int
    label: str
    css: str = ""
    rules: list[Rule] = field(default_factory=list)
    rects: list[Rect] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    line: str = ""
    area: str = ""
    dot: tuple[str, str] | None = None


def _n(value: Number) -> str:
    return f"{value:.1f}"


def steps(highest: Number, most: int = 4) -> list[int]:
    """Round numbers from one step up to `highest`, at most `most` of them; one step over nothing at all."""
    wanted = max(highest, 1) / most
    tenth = 1
    while True:
        for step in (tenth, 2 * tenth, 5 * tenth // 2 if tenth > 1 else 3, 5 * tenth):
            if step >= wanted:
                return [step * n for n in range(1, max(int(highest // step), 1) + 1)]
        tenth *= 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A column: `value` before `behind`, both from nothing up. `tick`: the word under it, where it has one. `hint`: in words."""

    value: Number
    behind: Number = 0
    tick: str = ""
    hint: str = ""


def bars(columns: Sequence[Bar], *, label: str, scale: Callable[[int], str], mark: int | None = None, mark_word: str = "") -> Chart:
    """Columns over a wide field. `scale` words a number of the axis; `mark` draws a dashed line after that column."""
    left, right, top, base = 44.0, 628.0, 38.0, 234.0
    chart = Chart(636, 262, label, css="wide")
    highest = max((max(bar.value, bar.behind) for bar in columns), default=0)
    ticks = steps(highest)
    per_unit = (base - top) / max(highest, ticks[-1])
    chart.rules.append(Rule("ax", _n(left), _n(base), _n(right), _n(base)))
    chart.texts.append(Text(_n(left - 8), _n(base + 4), scale(0), "end"))
    for tick in ticks:
        y = base - tick * per_unit
        chart.rules.append(Rule("gl", _n(left), _n(y), _n(right), _n(y)))
        chart.texts.append(Text(_n(left - 8), _n(y + 4), scale(tick), "end"))
    slot = (right - left) / max(len(columns), 1)
    for n, bar in enumerate(columns):
        x = left + n * slot
        for css, value, share in (("f3", bar.behind, 0.88), ("f1", bar.value, 0.68)):
            if value > 0:
                height = max(value * per_unit, 1.5)
                width = min(slot * share, 44.0 * share)
                at = x + (slot - width) / 2
                chart.rects.append(Rect(css, _n(at), _n(base - height), _n(width), _n(height), bar.hint))
        if bar.tick:
            is_last = n == len(columns) - 1
            chart.texts.append(Text("636.0" if is_last else _n(x + slot / 2), _n(base + 20), bar.tick, "end" if is_last else "middle"))
    if mark is not None:
        x = left + (mark + 1) * slot
        is_far = x > right - 40
        chart.rules.append(Rule("l2", _n(x), "12.0", _n(x), _n(base)))
        chart.texts.append(Text(_n(x - 6 if is_far else x + 6), "22.0", mark_word, "end" if is_far else "start"))
    return chart


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a whole."""

    css: str
    value: Number
    hint: str = ""


def stack(parts: Sequence[Part], *, label: str) -> Chart:
    """One bar cut into its parts; a part that is nothing has no piece, the smallest can still be seen."""
    width, gap, smallest = 344.0, 3.0, 4.0
    chart = Chart(344, 12, label)
    shown = [part for part in parts if part.value > 0]
    total = sum(part.value for part in shown)
    room = width - gap * max(len(shown) - 1, 0)
    sizes = [max(room * part.value / total, smallest) for part in shown]
    shrink = room / sum(sizes) if sizes else 1
    x = 0.0
    for part, size in zip(shown, sizes, strict=True):
        chart.rects.append(Rect(part.css, _n(x), "0.0", _n(size * shrink), "12.0", part.hint))
        x += size * shrink + gap
    return chart


@dataclass(frozen=True, slots=True)
class Pair:
    """One column up, one down."""

    up: int
    down: int
    tick: str
    hint: str = ""


def mirror(pairs: Sequence[Pair], *, label: str, scale: Callable[[int], str]) -> Chart:
    """What came over the line, what went under it."""
    left, right, top, bottom = 24.0, 342.0, 9.0, 142.5
    chart = Chart(344, 160, label)
    up, down = max((pair.up for pair in pairs), default=0), max((pair.down for pair in pairs), default=0)
    step = steps(max(up, down), 2)[0]
    above, below = (max(-(-highest // step), 1) * step for highest in (up, down))
    ticks = range(step, max(above, below) + 1, step)
    per_unit = (bottom - top) / (above + below)
    zero = top + above * per_unit
    for tick, y in [*((tick, zero - tick * per_unit) for tick in ticks), *((tick, zero + tick * per_unit) for tick in ticks)]:
        if top - 0.1 <= y <= bottom + 0.1:
            chart.rules.append(Rule("gl", _n(left), _n(y), _n(right), _n(y)))
            chart.texts.append(Text(_n(left - 6), _n(y + 4), scale(tick), "end"))
    slot = (right - left) / max(len(pairs), 1)
    for n, pair in enumerate(pairs):
        x, width = left + n * slot + slot * 0.2, slot * 0.6
        for css, value, is_up in (("fg", pair.up, True), ("fb", pair.down, False)):
            if value:
                height = value * per_unit
                chart.rects.append(Rect(css, _n(x), _n(zero - 1 - height if is_up else zero + 1), _n(width), _n(height), pair.hint))
        chart.texts.append(Text(_n(x + width / 2), "157.0", pair.tick))
    chart.rules.append(Rule("ax", _n(left), _n(zero), _n(right), _n(zero)))
    return chart


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a series; None where nothing was measured."""

    value: Number | None
    tick: str = ""


def line(points: Sequence[Point], *, label: str, scale: Callable[[int], str]) -> Chart:
    """A series from zero up, with what lies under it tinted and a dot at its end. What was not measured is bridged."""
    left, right, top, base = 44.0, 338.0, 12.0, 132.0
    chart = Chart(344, 160, label)
    known = [(n, point.value) for n, point in enumerate(points) if point.value is not None]
    highest = max((value for _n_, value in known), default=0)
    ticks = steps(highest)
    per_unit = (base - top) / max(highest, ticks[-1])
    for tick in (0, *ticks):
        y = base - tick * per_unit
        chart.rules.append(Rule("gl" if tick else "ax", _n(left), _n(y), _n(right), _n(y)))
        chart.texts.append(Text(_n(left - 6), _n(y + 4), scale(tick), "end"))
    across = (right - left) / max(len(points) - 1, 1)
    for n, point in enumerate(points):
        if point.tick:
            anchor = "start" if n == 0 else "end" if n == len(points) - 1 else "middle"
            chart.texts.append(Text(_n(left + n * across), "154.0", point.tick, anchor))
    places = [(left + n * across, base - value * per_unit) for n, value in known]
    if places:
        chart.dot = (_n(places[-1][0]), _n(places[-1][1]))
    if len(places) > 1:
        path = " ".join(f"{'L' if n else 'M'}{_n(x)} {_n(y)}" for n, (x, y) in enumerate(places))
        chart.line = path
        chart.area = f"{path} L{_n(places[-1][0])} {_n(base)} L{_n(places[0][0])} {_n(base)}Z"
    return chart
