"""The costs that a user's new strategies begin with, as they are stored, sent and edited."""

import math
from collections.abc import Iterator, Mapping

from accounts.cost_presets import AUTO_SPREAD, NO_SPREAD, OWN_PLAN, PLAN_FIELDS, PLANS, SPREADS

OWN_LABELS = {
    "commission_per_share": "Commission per share ($)",
    "commission_per_order": "Commission per order ($)",
    "minimum_per_order": "Minimum per order ($)",
    "commission_bps": "Commission (bps)",
}
MOST = 1_000_000.0
PLAN_CHOICES = [
    *((key, plan.label) for key, plan in PLANS.items()),
    (OWN_PLAN, "My own figures"),
]
SPREAD_CHOICES = [
    (AUTO_SPREAD, "By the instrument"),
    *((key, one.label) for key, one in SPREADS.items() if key != NO_SPREAD),
    (NO_SPREAD, "None"),
]
_KEYS = ("plan", "spread", "own", "us_fees")


def faults_of(config: object) -> Iterator[str]:
    """What is wrong with stored defaults, each with its remedy."""
    if not isinstance(config, Mapping):
        yield f"Give an object with any of {', '.join(_KEYS)}."
        return
    yield from (
        f"There is no {key!r}; use {', '.join(_KEYS)}." for key in config if key not in _KEYS
    )
    yield from _unknown("plan", config, [key for key, _ in PLAN_CHOICES])
    yield from _unknown("spread", config, [key for key, _ in SPREAD_CHOICES])
    if not isinstance(config.get("us_fees", False), bool):
        yield "us_fees: say true or false."
    own = config.get("own", {})
    if not isinstance(own, Mapping):
        yield f"own: give an object with any of {', '.join(PLAN_FIELDS)}."
        return
    for name, value in own.items():
        if name not in PLAN_FIELDS:
            yield f"own.{name}: is not one of {', '.join(PLAN_FIELDS)}."
        elif not _is_amount(value) or (name == "commission_surcharge" and value > 1):
            yield f"own.{name}: enter a number from 0 to {MOST:,.0f}; a surcharge up to 1."


def _unknown(key: str, config: Mapping[object, object], known: list[str]) -> Iterator[str]:
    if config.get(key) not in known:
        yield f"{key}: choose one of {', '.join(known)}."


def _is_amount(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and 0 <= value <= MOST
