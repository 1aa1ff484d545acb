"""Is it any good? One sentence of what speaks against a result, each objection with its evidence.

The best word is that nothing speaks against it yet: no backtest proves an edge. What is said rests
on figures that are computed anyway; resampled trades say nothing of an edge and are not asked.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from strategies.engine.trust.history import ENOUGH_TRADES
from strategies.words.figures import written
from trader.work.plural import counted

# What chance may do and still be called different from it.
ENOUGH_P = 0.05
# A forward part is asked from so many trades on.
ENOUGH_FORWARD = 20
SHOWN_OBJECTIONS = 3
FEW = 5


class Evidence(NamedTuple):
    """What is known of a result. R of its trades in order, net; `gross_r` their total before costs.

    `pending`: what is still to be judged, in a sentence; empty once all is. `p_value`: share of
    random entries that did at least as well, None before the check or without a verdict of it.
    `n_tried`: configurations that were looked at to find this one.
    """

    r_multiples: Sequence[float]
    gross_r: float
    has_costs: bool
    double_r: float | None
    pending: str
    p_value: float | None
    has_look_ahead: bool
    has_short_warm_up: bool
    n_tried: int
    forward: Sequence[float]
    is_simulated: bool

    @property
    def total_r(self) -> float:
        return sum(self.r_multiples)


class Objection(NamedTuple):
    """`where`: the tab that holds the evidence, or `costs` beside the figures."""

    text: str
    where: str

    @property
    def address(self) -> str:
        """On the page of the strategy."""
        return "#costs" if self.where == "costs" else f"?tab={self.where}"


class Verdict(NamedTuple):
    """A word, and what it rests on: `n_more` objections beside those that are shown."""

    word: str
    objections: list[Objection]
    n_more: int
    is_simulated: bool
    pending: str

    @property
    def is_clear(self) -> bool:
        return not self.objections and not self.pending


def verdict(evidence: Evidence) -> Verdict:
    """The strongest objections first, as many as a sentence holds."""
    found = [objection for object_ in OBJECTORS for objection in object_(evidence)]
    unopposed = "Not judged yet" if evidence.pending else "Nothing speaks against it yet"
    shown = found[:SHOWN_OBJECTIONS]
    return Verdict(
        "Not proven" if found else unopposed,
        shown,
        len(found) - len(shown),
        evidence.is_simulated,
        evidence.pending,
    )


def _loss(found: Evidence) -> Iterator[Objection]:
    if not found.r_multiples:
        yield Objection("there is no trade", "trades")
    elif found.total_r <= 0 < found.gross_r:
        text = f"costs take all of it: {written('r', found.gross_r)} before, {_r(found)} after"
        yield Objection(text, "costs")
    elif found.total_r <= 0:
        yield Objection(f"it loses {_r(found)}", "equity")


def _r(found: Evidence) -> str:
    return written("r", found.total_r)


def _errors(found: Evidence) -> Iterator[Objection]:
    if found.has_look_ahead:
        yield Objection("it decides with bars that were not there yet", "trust")
    if found.has_short_warm_up:
        yield Objection("more history changes its trades", "trust")


def _chance(found: Evidence) -> Iterator[Objection]:
    if found.p_value is None:
        return
    if found.p_value > ENOUGH_P:
        often = max(1, round(100 * found.p_value))
        yield Objection(f"random entries do as well in {often} of 100", "trust")
    elif min(1.0, found.p_value * found.n_tried) > ENOUGH_P:
        text = f"{found.n_tried:,} were tried, and the best of so many does as well by chance"
        yield Objection(text, "trust")


def _few_trades(found: Evidence) -> Iterator[Objection]:
    n = len(found.r_multiples)
    if 0 < n < ENOUGH_TRADES:
        yield Objection(f"not enough trades ({n} of {ENOUGH_TRADES})", "trades")


def _few_winners(found: Evidence) -> Iterator[Objection]:
    """Of a gain: what is left of it without its best trades."""
    if found.total_r <= 0:
        return
    best = sorted(found.r_multiples, reverse=True)
    for n, name in ((1, "trade"), (FEW, f"{FEW} trades")):
        left = found.total_r - sum(best[:n])
        if left <= 0 and n < len(best):
            share = round(100 * sum(best[:n]) / found.total_r)
            text = f"without the best {name} {written('r', left)} ({share} % of the result)"
            yield Objection(text, "trades")
            return


def _costs(found: Evidence) -> Iterator[Objection]:
    if found.total_r <= 0:
        return
    if not found.has_costs:
        yield Objection("costs are not included", "costs")
    elif found.double_r is not None and found.double_r <= 0:
        yield Objection(f"at twice the costs {written('r', found.double_r)}", "costs")


def _forward(found: Evidence) -> Iterator[Objection]:
    n, total = len(found.forward), sum(found.forward)
    if n >= ENOUGH_FORWARD and total <= 0:
        yield Objection(
            f"since it was saved {written('r', total)} in {counted(n, 'trade')}", "equity"
        )


OBJECTORS: tuple[Callable[[Evidence], Iterator[Objection]], ...] = (
    _errors,
    _loss,
    _chance,
    _few_winners,
    _few_trades,
    _costs,
    _forward,
)
