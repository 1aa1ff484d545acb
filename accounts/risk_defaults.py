"""Default stop and target as a form edits them: a method, its amount, and padding for a swing."""

from collections.abc import Mapping
from typing import NamedTuple


class Method(NamedTuple):
    label: str
    key: str
    low: float
    high: float
    default: float
    is_whole: bool = False


STOP_METHODS = {
    "atr": Method("ATR multiple", "atr_mult", 0.5, 5, 1.5),
    "fixed_dollar": Method("Fixed distance ($)", "dollar_amount", 0.01, 100, 1.0),
    "percentage": Method("Percent of entry", "percentage", 0.01, 10, 0.5),
    "swing": Method("Swing (bars back)", "lookback", 2, 50, 5, is_whole=True),
}
TARGET_METHODS = {
    "risk_reward": Method("Multiple of risk (R)", "rr_ratio", 0.5, 10, 2.0),
    "atr": Method("ATR multiple", "atr_mult", 0.5, 10, 2.0),
    "fixed_dollar": Method("Fixed distance ($)", "dollar_amount", 0.01, 100, 2.0),
    "percentage": Method("Percent of entry", "percentage", 0.01, 20, 1.0),
    "swing": Method("Swing (bars back)", "lookback", 2, 50, 5, is_whole=True),
}
SWING_PADDING = 0.05
Config = dict[str, str | float]


def to_config(method: str, amount: float | None, methods: dict[str, Method]) -> Config:
    """The stored form. Raises ValueError, with the limits in words, outside of them."""
    rule = methods[method]
    value = rule.default if amount is None else amount
    if not rule.low <= value <= rule.high:
        raise ValueError(f"{rule.label} must lie between {rule.low:g} and {rule.high:g}.")
    if rule.is_whole and value != int(value):
        raise ValueError(f"{rule.label} must be a whole number.")
    config: Config = {"method": method, rule.key: int(value) if rule.is_whole else value}
    if method == "swing":
        config["padding"] = SWING_PADDING
    return config


def from_config(
    config: Mapping[str, object] | None, methods: dict[str, Method]
) -> tuple[str, object]:
    """(method, amount) of a stored form; ("", None) for none or one this form can't edit."""
    method = str((config or {}).get("method", ""))
    if config is None or method not in methods:
        return "", None
    return method, config.get(methods[method].key)
