"""Stop and target: the methods, their limits, how they read, and the packs that preset them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from strategies.parameters import Parameter

NO_TARGET = ""


class Method(NamedTuple):
    id: str
    label: str
    parameters: tuple[Parameter, ...]


_LOOKBACK = Parameter("lookback", "Lookback", "int", 5, 2, 50, 1, unit="bars")
_PADDING = Parameter("padding", "Padding", "float", 0.05, 0, 10, 0.01, unit="$")
_DOLLARS = Parameter("dollar_amount", "Distance", "float", 1.0, 0.01, 100, 0.01, unit="$")
_RR = Parameter("rr_ratio", "Reward per risk", "float", 2.0, 0.5, 10, 0.5, unit="R")

STOP_METHODS: dict[str, Method] = {
    method.id: method
    for method in (
        Method(
            "atr",
            "ATR multiple",
            (Parameter("atr_mult", "ATR multiple", "float", 1.5, 0.5, 5, 0.1),),
        ),
        Method("fixed_dollar", "Fixed dollars", (_DOLLARS,)),
        Method(
            "percentage",
            "Percentage",
            (Parameter("percentage", "Distance", "float", 0.5, 0.01, 10, 0.01, unit="%"),),
        ),
        Method("swing", "Swing low or high", (_LOOKBACK, _PADDING)),
    )
}
TARGET_METHODS: dict[str, Method] = {
    method.id: method
    for method in (
        Method("risk_reward", "Multiple of the risk", (_RR,)),
        Method(
            "atr",
            "ATR multiple",
            (Parameter("atr_mult", "ATR multiple", "float", 2.0, 0.5, 10, 0.1),),
        ),
        Method("fixed_dollar", "Fixed dollars", (_DOLLARS._replace(default=2.0),)),
        Method(
            "percentage",
            "Percentage",
            (Parameter("percentage", "Distance", "float", 1.0, 0.01, 20, 0.01, unit="%"),),
        ),
        Method("swing", "Swing high or low", (_LOOKBACK, _PADDING)),
    )
}


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


class RiskTemplate(NamedTuple):
    id: str
    name: str
    category: str
    description: str
    parameters: tuple[Parameter, ...]


_STOP_SWING = (
    Parameter("lookback", "Swing lookback", "int", 5, 2, 50, 1, unit="bars"),
    Parameter("padding", "Swing padding", "float", 0.05, 0, 10, 0.01, unit="$"),
)
RISK_TEMPLATES: dict[str, RiskTemplate] = {
    template.id: template
    for template in (
        RiskTemplate(
            "atr_based",
            "ATR Based",
            "Volatility",
            "Stop and target at multiples of the 14-bar average true range.",
            (
                Parameter("stop_atr_mult", "Stop, ATR multiple", "float", 1.5, 0.5, 5, 0.1),
                Parameter("target_atr_mult", "Target, ATR multiple", "float", 3.0, 0, 10, 0.1),
            ),
        ),
        RiskTemplate(
            "fixed_dollar",
            "Fixed Dollar",
            "Fixed",
            "Stop and target at fixed distances in dollars per share.",
            (
                Parameter("stop_amount", "Stop", "float", 1.0, 0.01, 100, 0.01, unit="$"),
                Parameter("target_amount", "Target", "float", 2.0, 0, 100, 0.01, unit="$"),
            ),
        ),
        RiskTemplate(
            "percentage",
            "Percentage",
            "Fixed",
            "Stop and target at percentages of the entry price.",
            (
                Parameter("stop_pct", "Stop", "float", 0.5, 0.01, 10, 0.01, unit="%"),
                Parameter("target_pct", "Target", "float", 1.0, 0, 20, 0.01, unit="%"),
            ),
        ),
        RiskTemplate(
            "swing",
            "Swing",
            "Structure",
            "Stop beyond the low or high of the last bars, target as a multiple of the risk.",
            (
                *_STOP_SWING,
                Parameter("rr_ratio", "Target", "float", 2.0, 0, 10, 0.5, unit="R"),
            ),
        ),
    )
}


def configs_of(template_id: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The stop and the target (None for none) that a risk pack stands for."""
    if template_id == "atr_based":
        stop: dict[str, Any] = {"method": "atr", "atr_mult": parameters["stop_atr_mult"]}
        target = _target("atr", "atr_mult", parameters["target_atr_mult"])
    elif template_id == "fixed_dollar":
        stop = {"method": "fixed_dollar", "dollar_amount": parameters["stop_amount"]}
        target = _target("fixed_dollar", "dollar_amount", parameters["target_amount"])
    elif template_id == "percentage":
        stop = {"method": "percentage", "percentage": parameters["stop_pct"]}
        target = _target("percentage", "percentage", parameters["target_pct"])
    else:
        stop = {key: parameters[key] for key in ("lookback", "padding")}
        stop["method"] = "swing"
        target = _target("risk_reward", "rr_ratio", parameters["rr_ratio"])
    return {"stop_config": stop, "target_config": target}


def _target(method: str, key: str, value: float) -> dict[str, Any] | None:
    return {"method": method, key: value} if value and value > 0 else None
