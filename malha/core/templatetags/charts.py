"""`{% bars chart %}`, `{% stack chart %}`, `{% mirror chart %}`, `{% line chart %}`: a chart of `malha.core.charts` as inline SVG."""

from typing import Any

from django import template

from malha.core.charts import Chart

register = template.Library()
_TEMPLATE = "ui/_chart.html"


def _draw(chart: Chart) -> dict[str, Any]:
    return {"chart": chart}


bars = register.inclusion_tag(_TEMPLATE, name="bars")(_draw)
stack = register.inclusion_tag(_TEMPLATE, name="stack")(_draw)
mirror = register.inclusion_tag(_TEMPLATE, name="mirror")(_draw)
line = register.inclusion_tag(_TEMPLATE, name="line")(_draw)
