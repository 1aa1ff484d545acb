"""Stop and target methods, and the risk packs that are made of them."""

from __future__ import annotations

from typing import NamedTuple

from strategies.engine.template import Parameter, Parameters, Seed, Template


class Method(NamedTuple):
    """A way to place a stop or a target; codes are those of the position kernel."""

    code: int
    label: str
    fields: tuple[Parameter, ...]


ATR_NOTE = "ATR of 14 bars: exponential, weight 2/15, from the first true range on."


def _of_atr(name: str, label: str, default: float, minimum: float, maximum: float) -> Parameter:
    """A multiple of the ATR, with the convention by which that is formed."""
    return Parameter(name, label, "float", default, minimum, maximum, note=ATR_NOTE)


_LOOKBACK = Parameter("lookback", "Bars before the entry", "int", 5, 2, 50)
_PADDING = Parameter("padding", "Padding ($)", "float", 0.05, 0.0, 10.0)

STOP_METHODS: dict[str, Method] = {
    "atr": Method(1, "ATR", (_of_atr("atr_mult", "ATR x", 1.5, 0.5, 5.0),)),
    "fixed_dollar": Method(
        2, "Fixed dollar", (Parameter("dollar_amount", "Distance ($)", "float", 1.0, 0.01, 100.0),)
    ),
    "percentage": Method(
        3, "Percentage", (Parameter("percentage", "Distance (%)", "float", 0.5, 0.01, 10.0),)
    ),
    "swing": Method(4, "Swing", (_LOOKBACK, _PADDING)),
}

TARGET_METHODS: dict[str, Method] = {
    "atr": Method(1, "ATR", (_of_atr("atr_mult", "ATR x", 2.0, 0.5, 10.0),)),
    "fixed_dollar": Method(
        2, "Fixed dollar", (Parameter("dollar_amount", "Distance ($)", "float", 2.0, 0.01, 100.0),)
    ),
    "percentage": Method(
        3, "Percentage", (Parameter("percentage", "Distance (%)", "float", 1.0, 0.01, 20.0),)
    ),
    "swing": Method(4, "Swing", (_LOOKBACK, _PADDING)),
    "risk_reward": Method(
        5, "Risk : reward", (Parameter("rr_ratio", "Reward (R)", "float", 2.0, 0.5, 10.0),)
    ),
}


# The distance of a trailing stop, by method; sizes as for the stop.
TRAILING_METHODS: dict[str, Method] = {
    "atr": Method(1, "ATR", (_of_atr("atr_mult", "ATR x", 1.0, 0.1, 10.0),)),
    "fixed_dollar": Method(
        2, "Fixed dollar", (Parameter("dollar_amount", "Distance ($)", "float", 1.0, 0.01, 100.0),)
    ),
    "percentage": Method(
        3, "Percentage", (Parameter("percentage", "Distance (%)", "float", 0.5, 0.01, 10.0),)
    ),
}
TRAILING_ACTIVATION = Parameter("activation_r", "Begins at (R)", "float", 0.0, 0.0, 20.0)
BREAKEVEN_FIELDS = (
    Parameter("activation_r", "Begins at (R)", "float", 1.0, 0.0, 20.0),
    Parameter("offset", "Beyond the entry ($)", "float", 0.0, 0.0, 100.0),
)


def _template(
    id: str, name: str, category: str, *parameters: Parameter, seeds: tuple[Seed, ...] = ()
) -> Template:
    return Template(
        id=id, name=name, category=category, family="risk", parameters=parameters, seeds=seeds
    )


_RR = Parameter("rr_ratio", "Reward (R), 0 for none", "float", 2.0, 0.0, 10.0)
_RR_NONE = _RR._replace(default=0.0)
_STOP_ATR = _of_atr("stop_atr_mult", "Stop ATR x", 1.5, 0.5, 5.0)

TEMPLATES = (
    _template(
        "atr_based",
        "ATR Based",
        "Volatility",
        _of_atr("stop_atr_mult", "Stop ATR x", 1.5, 0.5, 5.0),
        _of_atr("target_atr_mult", "Target ATR x, 0 for none", 3.0, 0.0, 10.0),
        seeds=(
            Seed("atr_default"),
            Seed("atr_tight", "Tight", {"stop_atr_mult": 1.0, "target_atr_mult": 2.0}),
        ),
    ),
    _template(
        "fixed_dollar",
        "Fixed Dollar",
        "Fixed",
        Parameter("stop_amount", "Stop ($)", "float", 1.0, 0.01, 100.0),
        Parameter("target_amount", "Target ($), 0 for none", "float", 2.0, 0.0, 100.0),
        seeds=(Seed("fixed_1_2", "$1 / $2"),),
    ),
    _template(
        "percentage",
        "Percentage",
        "Fixed",
        Parameter("stop_pct", "Stop (%)", "float", 0.5, 0.01, 10.0),
        Parameter("target_pct", "Target (%), 0 for none", "float", 1.0, 0.0, 20.0),
        seeds=(Seed("pct_half_one", "0.5 % / 1 %", enabled=False),),
    ),
    _template(
        "swing", "Swing", "Structure", _LOOKBACK, _PADDING, _RR, seeds=(Seed("swing_2r", "2R"),)
    ),
    _template(
        "rr_ratio",
        "Risk : Reward",
        "Composite",
        Parameter(
            "stop_method",
            "Stop",
            "select",
            "atr",
            options=("atr", "fixed_dollar", "percentage", "swing"),
        ),
        Parameter(
            "stop_atr_mult",
            "Stop ATR x",
            "float",
            1.5,
            0.5,
            5.0,
            shown_when=("stop_method", ("atr",)),
            note=ATR_NOTE,
        ),
        Parameter(
            "stop_amount",
            "Stop ($)",
            "float",
            1.0,
            0.01,
            100.0,
            shown_when=("stop_method", ("fixed_dollar",)),
        ),
        Parameter(
            "stop_pct",
            "Stop (%)",
            "float",
            0.5,
            0.01,
            10.0,
            shown_when=("stop_method", ("percentage",)),
        ),
        _LOOKBACK._replace(shown_when=("stop_method", ("swing",))),
        _PADDING._replace(shown_when=("stop_method", ("swing",))),
        Parameter("rr_ratio", "Reward (R)", "float", 2.0, 0.5, 10.0),
    ),
    _template(
        "atr_trailing",
        "ATR Trailing",
        "Volatility",
        _STOP_ATR,
        _RR_NONE,
        _of_atr("trail_atr_mult", "Trails by ATR x", 1.0, 0.1, 10.0),
        TRAILING_ACTIVATION,
        seeds=(Seed("atr_trailing_default", enabled=False),),
    ),
    _template(
        "breakeven_stop",
        "Breakeven Stop",
        "Volatility",
        _STOP_ATR,
        _RR_NONE,
        *BREAKEVEN_FIELDS,
        seeds=(Seed("breakeven_1r", "1R", enabled=False),),
    ),
)

# A block of the record: a stop with what moves it, or a target.
Config = dict[str, object]


def _stop(method: str, p: Parameters) -> Config:
    if method == "atr":
        return {"method": "atr", "atr_mult": p["stop_atr_mult"]}
    if method == "fixed_dollar":
        return {"method": "fixed_dollar", "dollar_amount": p["stop_amount"]}
    if method == "percentage":
        return {"method": "percentage", "percentage": p["stop_pct"]}
    return {"method": "swing", "lookback": p["lookback"], "padding": p["padding"]}


_STOP_OF = {
    "atr_trailing": "atr",
    "breakeven_stop": "atr",
    "atr_based": "atr",
    "fixed_dollar": "fixed_dollar",
    "percentage": "percentage",
}
_TARGET_OF = {
    "atr_based": ("atr", "atr_mult", "target_atr_mult"),
    "fixed_dollar": ("fixed_dollar", "dollar_amount", "target_amount"),
    "percentage": ("percentage", "percentage", "target_pct"),
}
_TO_REWARD = ("risk_reward", "rr_ratio", "rr_ratio")


def _modifiers(template_id: str, p: Parameters) -> Config:
    """The block that moves the stop, if the pack has one."""
    if template_id == "atr_trailing":
        block = {"enabled": True, "method": "atr", "atr_mult": p["trail_atr_mult"]}
        return {"trailing": {**block, "activation_r": p["activation_r"]}}
    if template_id == "breakeven_stop":
        fields = {name: p[name] for name in ("activation_r", "offset")}
        return {"breakeven": {"enabled": True, **fields}}
    return {}


def risk_configs(template_id: str, parameters: Parameters) -> tuple[Config, Config | None]:
    """The stop and target that a risk pack stands for; no target when its size is 0 or less."""
    if template_id == "rr_ratio":
        stop = _stop(str(parameters["stop_method"]), parameters)
    else:
        stop = _stop(_STOP_OF.get(template_id, "swing"), parameters)
    stop.update(_modifiers(template_id, parameters))
    method, key, name = _TARGET_OF.get(template_id, _TO_REWARD)
    size = parameters.get(name) or 0
    return stop, ({"method": method, key: size} if float(size) > 0.0 else None)
