"""Every template and the packs a new user starts with. Plain data: importing it loads no numba."""

from __future__ import annotations

from typing import Any, NamedTuple

from strategies.engine.indicators import (
    atr,
    bar_count,
    ema_stack,
    macd_line,
    rvol,
    swing,
    time_of_day,
    trading_session,
    vwap,
)
from strategies.engine.risk import RISK_TEMPLATES
from strategies.engine.template import Family, Template

_ALL = (
    ema_stack.TEMPLATE,
    macd_line.TEMPLATE,
    vwap.TEMPLATE,
    rvol.TEMPLATE,
    bar_count.TEMPLATE,
    time_of_day.TEMPLATE,
    trading_session.TEMPLATE,
    *RISK_TEMPLATES,
)
TEMPLATES: dict[str, Template] = {template.id: template for template in _ALL}

# Nodes that stops and targets need; nobody picks them.
INTERNAL: dict[str, Template] = {t.id: t for t in (atr.TEMPLATE, swing.TEMPLATE)}


def node_template(template_id: str) -> Template:
    """The template of a node, internal ones included."""
    return INTERNAL.get(template_id) or TEMPLATES[template_id]


def templates(family: Family) -> list[Template]:
    """The templates of one family, in the order they are offered."""
    return [template for template in TEMPLATES.values() if template.family == family]


class DefaultPack(NamedTuple):
    id: str
    base_template: str
    version: str = "Default"
    parameters: dict[str, Any] = {}
    enabled: bool = True

    @property
    def family(self) -> Family:
        return TEMPLATES[self.base_template].family

    def as_record(self) -> dict[str, Any]:
        """The pack in the form strategy JSON uses, every parameter spelled out."""
        return {
            "id": self.id,
            "base_template": self.base_template,
            "version": self.version,
            "enabled": self.enabled,
            "parameters": TEMPLATES[self.base_template].defaults() | self.parameters,
        }


DEFAULT_PACKS = (
    DefaultPack("ema_stack_default", "ema_stack"),
    DefaultPack("macd_line_default", "macd_line"),
    DefaultPack("vwap_default", "vwap"),
    DefaultPack("rvol_default", "rvol"),
    DefaultPack("bar_count_default", "bar_count"),
    DefaultPack("tod_ny_open", "time_of_day", "NY Open"),
    DefaultPack("session_regular", "trading_session", "Regular Hours"),
    DefaultPack("atr_default", "atr_based"),
    DefaultPack("atr_tight", "atr_based", "Tight", {"stop_atr_mult": 1.0, "target_atr_mult": 2.0}),
    DefaultPack("fixed_1_2", "fixed_dollar", "$1 / $2"),
    DefaultPack("pct_half_one", "percentage", "0.5 % / 1 %", enabled=False),
    DefaultPack("swing_2r", "swing", "2R"),
)


def default_pack_records() -> list[dict[str, Any]]:
    """The packs of a new user as records, in the order they are listed."""
    return [pack.as_record() for pack in DEFAULT_PACKS]
