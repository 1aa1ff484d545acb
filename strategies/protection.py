"""How a stop or a target reads."""

from collections.abc import Mapping
from typing import Any


def summary(config: Mapping[str, Any] | None) -> str:
    """How a stop or target reads on a card: "ATR x 1.5", "$1.00", "2.0R"."""
    if not config:
        return "None"
    method = config.get("method")
    if method == "atr":
        return f"ATR x {config.get('atr_mult', 1.5):g}"
    if method == "fixed_dollar":
        return f"${config.get('dollar_amount', 1.0):,.2f}"
    if method == "percentage":
        return f"{config.get('percentage', 0.5):g}%"
    if method == "swing":
        lookback, padding = config.get("lookback", 5), config.get("padding", 0.05)
        return f"Swing ({lookback} bars, ${padding:g} pad)"
    if method == "risk_reward":
        return f"{config.get('rr_ratio', 2.0):.1f}R"
    return str(method)
