"""Drawing the lines of an alert. Only workers come here.

They are computed from what is stored now. A line whose value at the bar that decided is not the one
the alert was stored with is left out, and named: it is another line.
"""

import math

from django.db import transaction

from alerts.chart import shown_bars
from alerts.drawing.queue import DrawingError, life
from alerts.models import Alert, AlertDrawing
from alerts.models.drawing import AlertLines, DrawnLine, OtherValue
from strategies.engine.program.moment import known
from strategies.engine.spec import PackSpec
from strategies.models import Strategy
from strategies.models.documents import DrawnOverlay
from strategies.runs.charts import colors_of
from strategies.runs.lines import PackLines, lines_of
from strategies.words.states import short_name

TOLERANCE = 1e-9


def execute(drawing: AlertDrawing) -> None:
    """Draw a claimed row and store what came of it."""
    with life.settling(drawing):
        lines = lines_for(drawing.alert)
        with transaction.atomic():
            held = life.hold(drawing)
            held.content = lines
            life.finish(held, AlertDrawing.Status.SUCCEEDED)


def lines_for(alert: Alert) -> AlertLines:
    """Raises DrawingError when its strategy or bars are gone."""
    strategy, starts = _strategy_of(alert), [int(bar[0]) for bar in shown_bars(alert)]
    if alert.bar_ts not in starts:
        raise DrawingError("The bar that decided is no longer stored.")
    at = starts.index(alert.bar_ts)
    found = lines_of(strategy, lambda pack, timeframe: _speaks_of(alert, pack, timeframe), starts)
    kept = [one for one in found if _is_as_told(alert, one, at)]
    colors = colors_of(alert.user_id)
    return {
        "starts": starts,
        "overlays": [_line(line) for one in kept for line in one.overlays(colors)],
        "others": [value for one in kept if one.timeframe for value in _values(one, at)],
        "changed": [_name(one) for one in found if one not in kept],
    }


def _strategy_of(alert: Alert) -> Strategy:
    strategy = alert.strategy
    if strategy is None:
        raise DrawingError("Its strategy was deleted, and with it what its lines are made of.")
    series = strategy.data_source, strategy.symbol, strategy.timeframe
    if series != (alert.data_source, alert.symbol, alert.timeframe):
        raise DrawingError("Its strategy reads other bars by now.")
    return strategy


def _speaks_of(alert: Alert, pack: PackSpec, timeframe: str) -> bool:
    """Whether its sentence names the pack: its trigger's, and what an entry required."""
    details = alert.details
    if timeframe:
        required = details.get("conditions", []) if alert.is_entry else []
        return (pack.display, timeframe) in [(one["pack"], one["timeframe"]) for one in required]
    deciding = details.get("deciding")
    return deciding is None or pack.display in deciding


def _is_as_told(alert: Alert, one: PackLines, at: int) -> bool:
    """Whether it says of the bar what the alert was stored with."""
    if one.timeframe:
        return _is_required_state(alert, one, at)
    told = alert.details.get("indicators", {})
    for output in one.pack.template.shown_outputs:
        name = f"{one.pack.display}: {output.label}"
        if name in told and not _same(told[name], known(float(one.columns[output.name][at]))):
            return False
    return True


def _is_required_state(alert: Alert, one: PackLines, at: int) -> bool:
    """An entry within the bar knew what had closed by its start: by the close of the one before."""
    states = {
        each["state"]
        for each in alert.details.get("conditions", [])
        if (each["pack"], each["timeframe"]) == (one.pack.display, one.timeframe)
    }
    return bool(states & {one.states[at], one.states[max(0, at - 1)]})


def _same(told: float | None, now: float | None) -> bool:
    if told is None or now is None:
        return told is now
    return math.isclose(told, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _name(one: PackLines) -> str:
    return f"{short_name(one.pack)} on {one.timeframe}" if one.timeframe else short_name(one.pack)


def _line(line: DrawnOverlay) -> DrawnLine:
    return {
        "name": line["name"],
        "pack": line["pack"],
        "color": line["color"],
        "pane": line["pane"],
        "style": line["style"],
        "levels": line.get("levels", []),
        "values": line["values"],
    }


def _values(one: PackLines, at: int) -> list[OtherValue]:
    return [
        {
            "pack": one.pack.display,
            "timeframe": one.timeframe,
            "label": output.label,
            "value": known(float(one.columns[output.name][at])),
            "pane": output.pane,
        }
        for output in one.pack.template.shown_outputs
    ]
