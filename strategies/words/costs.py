"""How costs read: a sentence for orders, for fees and for what market orders lose."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from accounts.cost_presets import us_schedule
from strategies.engine.figures.costs import CostFigures
from strategies.record.shape import Unread
from strategies.record.spelling import canonical
from strategies.words.figures import written
from trader.work.plural import counted

SCHEDULE = "schedule"
BPS_PER_PERCENT = 100.0
# Costs of a trade, in R, from which on they are called high and very high.
HIGH_R, VERY_HIGH_R = 0.25, 0.5
# Less is what rounding leaves.
NOTHING_R = 1e-9


class CostLine(NamedTuple):
    """What costs do to a result: beside the figures, and a warning where they are high."""

    text: str
    warning: str = ""
    is_strong: bool = False


def cost_line(figures: CostFigures | None) -> CostLine | None:
    """None without trades."""
    if figures is None:
        return None
    if abs(figures["cost_r"]) < NOTHING_R:
        return CostLine(_without_costs(figures))
    return CostLine(_with_costs(figures), *_warning(figures["cost_r"]))


def _without_costs(figures: CostFigures) -> str:
    per_share, slippage = figures["break_even_per_share"], figures["break_even_slippage"]
    if per_share is None:
        return "Without costs, and it earns nothing even so."
    round_trip = f"{_cents(per_share)} a share for entry and exit together"
    if slippage is None:
        return f"Without costs; break-even at {round_trip}."
    return f"Without costs; break-even at {_cents(slippage)} of slippage a share ({round_trip})."


def _with_costs(figures: CostFigures) -> str:
    total = figures["gross_r"] - figures["net_r"]
    factor = figures["break_even_factor"]
    bears = "it earns nothing even without" if factor is None else f"nothing left at {factor:,.1f}x"
    return (
        f"Break-even at {figures['cost_r']:.3f} R a trade: costs take {written('size', total)} in "
        f"all. At 1x costs {written('r', figures['net_r'])}, at 2x "
        f"{written('r', figures['double_r'])}; {bears}."
    )


def _warning(cost_r: float) -> tuple[str, bool]:
    if cost_r <= HIGH_R:
        return "", False
    first = f"A trade has to make {cost_r:.2f} R before costs to earn nothing."
    if cost_r > VERY_HIGH_R:
        return f"{first} Hardly any strategy does: take a wider stop or a longer timeframe.", True
    return f"{first} That is much: a wider stop or a longer timeframe costs less.", False


def _cents(amount: float) -> str:
    """An amount per share: cents, or dollars from one on."""
    cents = 100 * amount
    if amount >= 1:
        return f"${amount:,.2f}"
    return f"{cents:.1f} cents" if cents >= 0.1 else f"{cents:.2g} cents"


def gross_notes(figures: CostFigures | None) -> dict[str, str]:
    """What stands beside the net figures in the row of figures, by their key."""
    if figures is None:
        return {}
    if abs(figures["cost_r"]) < NOTHING_R:
        return {"total_r": "without costs"}
    return {
        "avg_r": f"gross {written('r', figures['gross_avg_r'])}",
        "total_r": f"gross {written('r', figures['gross_r'])}",
    }


def cost_texts(costs: object) -> list[str]:
    """What a strategy pays, a sentence for each kind; none where nothing costs."""
    if not isinstance(costs, Mapping):
        return []
    texts = (_commission(costs), _fees(costs), _spread(costs))
    return [text for text in texts if text]


def has_costs(costs: object) -> bool:
    return bool(cost_texts(costs))


def _commission(costs: Unread) -> str:
    parts = [
        _dollars(costs, "commission_per_share", "a share"),
        _percent(costs, "commission_bps", "of the order"),
        _dollars(costs, "commission_per_order", "an order"),
    ]
    said = " and ".join(part for part in parts if part)
    least = _dollars(costs, "minimum_per_order", "an order")
    most = _percent(costs, "maximum_bps_per_order", "of the order")
    bounds = [f"at least {least}" if least else "", f"at most {most}" if most else ""]
    if not (said or least):
        return ""
    text = ", ".join(part for part in (f"Commission {said or 'none'}", *bounds) if part)
    surcharge = _number(costs, "commission_surcharge")
    return f"{text}, plus {100 * surcharge:.6g} % of that" if surcharge else text


def _fees(costs: Unread) -> str:
    parts = [
        _dollars(costs, "both_sides_fee_per_share", "a share on both sides"),
        *_of_sales(costs),
    ]
    said = [part for part in (*parts, _by_date(costs.get(SCHEDULE))) if part]
    return f"Fees: {', '.join(said)}" if said else ""


def _by_date(schedule: object) -> str:
    if not isinstance(schedule, list) or not schedule:
        return ""
    if canonical(schedule) == canonical(us_schedule()):
        return "SEC and FINRA on sales by date"
    n, first = len(schedule), schedule[0]
    begins = first.get("valid_from") if isinstance(first, Mapping) else ""
    return f"by date, {counted(n, 'step')} from {begins} on"


def _of_sales(costs: Unread) -> Iterator[str]:
    yield _percent(costs, "sell_fee_bps", "of sales")
    per_share = _dollars(costs, "sell_fee_per_share", "a share sold")
    cap = _number(costs, "sell_fee_cap")
    yield f"{per_share} (at most ${cap:.2f})" if per_share and cap else per_share


def _spread(costs: Unread) -> str:
    parts = [
        (name, [_dollars(costs, f"{key}_per_share", "a share"), _bps(costs, f"{key}_bps")])
        for name, key in (("half-spread", "half_spread"), ("slippage", "slippage"))
    ]
    said = [f"{name} {' and '.join(filter(None, sizes))}" for name, sizes in parts if any(sizes)]
    if not said:
        return ""
    text = f"Market orders and stops: {', '.join(said)}"
    factor = _number(costs, "slippage_open_factor")
    minutes = _number(costs, "slippage_open_minutes")
    if factor <= 1 or not minutes:
        return text
    return f"{text}; {factor:g} times that in the first {minutes:g} minutes of the session"


def _number(costs: Unread, name: str) -> float:
    value = costs.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _dollars(costs: Unread, name: str, per: str) -> str:
    value = _number(costs, name)
    text = f"{value:.2f}" if round(value, 2) == value else f"{value:.6f}".rstrip("0")
    return f"${text} {per}" if value else ""


def _percent(costs: Unread, name: str, of: str) -> str:
    value = _number(costs, name)
    return f"{value / BPS_PER_PERCENT:.6g} % {of}" if value else ""


def _bps(costs: Unread, name: str) -> str:
    value = _number(costs, name)
    return f"{value:g} bps" if value else ""
