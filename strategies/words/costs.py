"""How costs read: a sentence for orders, for fees and for what market orders lose."""

from collections.abc import Iterator, Mapping

from strategies.record.shape import Unread

SCHEDULE = "schedule"
BPS_PER_PERCENT = 100.0


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
    schedule = costs.get(SCHEDULE)
    if isinstance(schedule, list) and schedule:
        n = len(schedule)
        parts.append(f"what {n} date{'' if n == 1 else 's'} of a schedule say{'s' * (n == 1)}")
    said = [part for part in parts if part]
    return f"Fees: {', '.join(said)}" if said else ""


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
