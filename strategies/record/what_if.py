"""The record of a strategy with another stop or target, as a what-if asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from strategies.engine.errors import StrategyError
from strategies.record.faults import finite
from strategies.record.shape import Unread

Subject = Literal["stop", "target"]
# The size of a stop by its method; a swing stop has none.
SIZES = {"atr": "atr_mult", "fixed_dollar": "dollar_amount", "percentage": "percentage"}
DECIMALS = 6
LIMITS: dict[Subject, tuple[float, float]] = {"stop": (0.1, 3.0), "target": (0.5, 10.0)}
NO_SIZE = (
    "A swing stop lies where the swing was and has no size to change. "
    "Edit the strategy and choose another stop instead."
)


class WhatIf(NamedTuple):
    """A stop at so many R of the strategy's own, or a target at so many R."""

    subject: Subject
    size: float

    @property
    def text(self) -> str:
        return f"{self.subject} {self.size:g}"

    @property
    def words(self) -> str:
        return f"{self.subject.capitalize()} at {self.size:g} R"

    @classmethod
    def of_text(cls, text: str) -> WhatIf | None:
        """What `text` has written; None for anything else."""
        subject, _, size = text.partition(" ")
        try:
            return cls.asked(subject, float(size))
        except (ValueError, StrategyError):
            return None

    @classmethod
    def asked(cls, subject: str, size: object) -> WhatIf:
        """Raises StrategyError for what can't be asked."""
        if subject not in LIMITS:
            raise StrategyError([("what_if", "Ask for a stop or a target.")])
        one: Subject = "stop" if subject == "stop" else "target"
        number, (low, high) = finite(size), LIMITS[one]
        if number is None or not low <= number <= high:
            raise StrategyError([(one, f"Enter a number from {low:g} to {high:g}, in R.")])
        return cls(one, round(number, DECIMALS))


def changed(record: Unread, what_if: WhatIf) -> dict[str, object]:
    """The record with that one thing changed. Raises StrategyError where it can't be.

    A target in R is one of the distance to the stop: it is given so many more of the new, nearer
    ones that its price stays where it was.
    """
    if what_if.subject == "target":
        return {**record, "target_config": {"method": "risk_reward", "rr_ratio": what_if.size}}
    stop, target = record.get("stop_config"), record.get("target_config")
    if not isinstance(stop, Mapping) or stop.get("method") not in SIZES:
        raise StrategyError([("stop", NO_SIZE)])
    name = SIZES[str(stop["method"])]
    made = {**record, "stop_config": {**stop, name: _times(stop.get(name), what_if.size)}}
    if isinstance(target, Mapping) and target.get("method") == "risk_reward":
        reward = _times(target.get("rr_ratio"), 1.0 / what_if.size)
        made["target_config"] = {**target, "rr_ratio": reward}
    return made


def _times(value: object, factor: float) -> float:
    return round((finite(value) or 0.0) * factor, DECIMALS)
