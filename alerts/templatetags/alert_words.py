"""Alerts in words."""

import math

from django import template

from alerts.explanation import Line, cause_of
from alerts.models import Alert, StrategyState
from market.prices import decimals_for, price_text
from market.sources import label_of
from strategies.models import Strategy

register = template.Library()
# A stop or target is computed: its own price seldom lies on the instrument's grid.
EXACT_DECIMALS = 4


@register.filter
def source_name(source: str) -> str:
    return "no market" if source == "test" else label_of(source)


@register.filter
def why(alert: Alert) -> str:
    return cause_of(alert)


@register.filter
def late_text(alert: Alert) -> str:
    noun = alert.kind.label.lower()
    if alert.kind.is_kept_back_late:
        return f"This {noun} was found too late to act on: it is recorded and was not sent."
    return f"This {noun} was found late. It was sent all the same."


@register.filter
def live_state_word(strategy: Strategy) -> str:
    """Where a monitored strategy stands, also before its first evaluation."""
    state: StrategyState | None = getattr(strategy, "live_state", None)
    return "Not started" if state is None else str(state.get_status_display())


@register.filter
def digits(line: Line) -> str:
    """A number as short as it can be said: four decimals at most, unless it is lower than these
    say, and "missing" for none."""
    value = line.value
    if not isinstance(value, int | float) or not math.isfinite(value):
        return "missing"
    text = f"{value:,.{decimals_for(value, EXACT_DECIMALS)}f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


@register.filter
def exact_price(line: Line) -> str:
    """A price as it was decided on: with the instrument's decimals, and more where there are."""
    value = line.value
    if not isinstance(value, int | float) or not math.isfinite(value):
        return "missing"
    most = decimals_for(value, max(line.decimals, EXACT_DECIMALS))
    needed = len(f"{value:.{most}f}".rstrip("0").partition(".")[2])
    return price_text(value, max(line.decimals, needed))


REPLAY_WORDS = {
    "requested": "Waiting for the feed",
    "running": "Playing",
    "finished": "Finished",
    "cancelled": "Cancelled",
    "failed": "Failed",
}


@register.filter
def replay_word(status: str) -> str:
    return REPLAY_WORDS.get(status, status)
