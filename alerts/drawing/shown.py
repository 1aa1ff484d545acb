"""The chart of an alert with the lines drawn for it, and its conditions with their values."""

from typing import NamedTuple

from alerts.chart import AlertChart
from alerts.drawing.queue import ask
from alerts.explanation import Line, conditions
from alerts.models import Alert, AlertDrawing
from alerts.models.documents import ConditionDetails
from alerts.models.drawing import AlertLines, DrawnLine

GONE = "Its strategy was deleted, and with it what its lines are made of."
Values = list[float | None]


def chart_with_lines(alert: Alert, chart: AlertChart) -> AlertChart:
    """Its lines as far as they are drawn; what is missing is asked for."""
    if not chart["bars"] or alert.is_test:
        return chart
    if alert.strategy is None:
        return {**chart, "note": GONE}
    drawing = ask(alert, int(chart["bars"][-1][0]))
    lines = drawing.lines
    return {
        **chart,
        "overlays": _on_bars(lines, chart["bars"]) if lines else [],
        "is_pending": drawing.is_active,
        "note": _note(drawing),
    }


def _on_bars(lines: AlertLines, bars: list[list[float]]) -> list[DrawnLine]:
    """The lines at the bars that the chart has by now."""
    places = {start: place for place, start in enumerate(lines["starts"])}
    found = [places.get(int(bar[0])) for bar in bars]
    return [{**line, "values": _at(line["values"], found)} for line in lines["overlays"]]


def _at(values: Values, places: list[int | None]) -> Values:
    return [None if place is None else values[place] for place in places]


def _note(drawing: AlertDrawing) -> str:
    if drawing.error:
        return f"Without indicator lines. {drawing.error}"
    changed = drawing.lines["changed"] if drawing.lines else []
    if not changed:
        return ""
    return (
        f"Without {', '.join(changed)}: pack, strategy or bars have changed since, so that today's "
        "values are not those that decided."
    )


class ShownCondition(NamedTuple):
    """A condition, and on another timeframe what its pack said to the bar that decided."""

    condition: ConditionDetails
    values: list[Line]


def shown_conditions(alert: Alert) -> list[ShownCondition]:
    drawing: AlertDrawing | None = getattr(alert, "drawing", None)
    others = drawing.lines["others"] if drawing and drawing.lines else []
    return [
        ShownCondition(
            one,
            [
                Line(
                    value["label"],
                    value["value"],
                    "price" if value["pane"] == "price" else "number",
                    alert.shown_decimals,
                )
                for value in others
                if (value["pack"], value["timeframe"]) == (one["pack"], one["timeframe"])
            ],
        )
        for one in conditions(alert)
    ]
