"""Is it any good? The verdict in a sentence: the word, what is missing, and what else to know.

The word follows from `engine.evidence.judgement` alone. What is said beside it rests on figures
that are computed anyway; resampled trades say nothing of an edge and are not asked.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from strategies.engine.evidence.intervals import LEAST_TRADES
from strategies.engine.evidence.judgement import Known, Need, Word, judged
from strategies.engine.evidence.luck import LEAST_DATES
from strategies.engine.evidence.odds import Odds
from strategies.words.figures import written
from strategies.words.luck import bound_sentence, luck_sentence, often
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
    `odds`: among everything that was tried, None for a result that was not counted.
    `reveal_p`, `forward_p`: times the square of the number of the look, None without such dates.
    """

    r_multiples: Sequence[float]
    gross_r: float
    has_costs: bool
    double_r: float | None
    pending: str
    p_value: float | None
    has_look_ahead: bool
    has_short_warm_up: bool
    odds: Odds | None
    forward: Sequence[float]
    is_simulated: bool
    reveal_p: float | None = None
    forward_p: float | None = None
    forward_dates: int = 0
    has_alarm: bool = False

    @property
    def total_r(self) -> float:
        return sum(self.r_multiples)

    def as_known(self) -> Known:
        """What of it the judgement rests on."""
        found = self.odds
        return Known(
            is_real=not self.is_simulated,
            n_trades=len(self.r_multiples),
            n_dates=0 if found is None else found.chosen.n_dates,
            has_costs=self.has_costs,
            net_r=self.total_r,
            double_r=self.double_r,
            without_best_r=self.total_r - max(self.r_multiples, default=0.0),
            luck_p=None if found is None else found.luck_p,
            reveal_p=self.reveal_p,
            forward_p=self.forward_p,
            forward_dates=self.forward_dates,
            has_alarm=self.has_alarm,
        )


class Objection(NamedTuple):
    """`where`: the tab that holds the evidence, or `costs` beside the figures."""

    text: str
    where: str

    @property
    def address(self) -> str:
        """On the page of the strategy."""
        return "#costs" if self.where == "costs" else f"?tab={self.where}"


class Verdict(NamedTuple):
    """A word, and what it rests on: `n_more` objections beside those that are shown.

    `luck` and `bound` say where the result stands among all that was tried.
    """

    word: str
    objections: list[Objection]
    n_more: int
    is_simulated: bool
    pending: str
    luck: str = ""
    bound: str = ""

    @property
    def is_clear(self) -> bool:
        return self.word == Word.PROVEN.value


def verdict(evidence: Evidence) -> Verdict:
    """What is missing first, then what else speaks against it, as much as a sentence holds."""
    judgement = judged(evidence.as_known())
    found = [one for object_ in OBJECTORS for one in object_(evidence)]
    if judgement.missing is not None:
        # What is missing comes first; whatever is said of the same thing comes once.
        found = [missing(judgement.missing, evidence), *found]
    found = list(dict.fromkeys(found))
    shown, odds = found[:SHOWN_OBJECTIONS], evidence.odds
    return Verdict(
        judgement.word.value,
        shown,
        len(found) - len(shown),
        evidence.is_simulated,
        evidence.pending,
        luck_sentence(odds) if odds is not None else "",
        bound_sentence(odds) if odds is not None else "",
    )


def missing(need: Need, found: Evidence) -> Objection:
    """What of a proof is missing, in words."""
    if need is Need.WITHOUT_BEST:
        best = max(found.r_multiples, default=0.0)
        return Objection(_without("trade", found, best), "trades")
    text, where = _MISSING[need](found)
    return Objection(text, where)


_MISSING: dict[Need, Callable[[Evidence], tuple[str, str]]] = {
    Need.REAL_BARS: lambda found: ("made-up bars prove nothing", "configuration"),
    Need.TRADES: lambda found: (_few_trades_text(found), "trades"),
    Need.DATES: lambda found: (_few_dates_text(found), "equity"),
    Need.COSTS: lambda found: ("costs are not included", "costs"),
    Need.DOUBLE_COSTS: lambda found: (_double_text(found), "costs"),
    Need.CHANCE: lambda found: (_chance_text(found), "trust"),
}


def _few_trades_text(found: Evidence) -> str:
    n = len(found.r_multiples)
    return f"not enough trades ({n} of {LEAST_TRADES})" if n else "there is no trade"


def _few_dates_text(found: Evidence) -> str:
    if found.odds is None:
        return "it was computed before tries were counted: run it again"
    return f"not enough dates ({found.odds.chosen.n_dates} of {LEAST_DATES})"


def _double_text(found: Evidence) -> str:
    if found.double_r is None:
        return "what twice the costs leave is not known"
    return f"at twice the costs {written('r', found.double_r)}"


def _chance_text(found: Evidence) -> str:
    p = found.odds.luck_p if found.odds else None
    if p is None:
        return "it can't be told from luck yet"
    return f"chance does as well in {often(p)}"


def _without(name: str, found: Evidence, best: float) -> str:
    share = round(100 * best / found.total_r)
    return f"without the best {name} {written('r', found.total_r - best)} ({share} % of the result)"


def _loss(found: Evidence) -> Iterator[Objection]:
    if found.has_alarm:
        yield Objection("its forward test has left what the backtest promised", "equity")
    if not found.r_multiples:
        return
    if found.total_r <= 0 < found.gross_r:
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
    odds = found.odds
    if odds is not None and odds.luck_p is not None and odds.luck_p >= ENOUGH_P:
        yield Objection(_chance_text(found), "trust")
    if found.p_value is not None and found.p_value > ENOUGH_P:
        yield Objection(f"random entries do as well in {often(found.p_value)}", "trust")


def _few_trades(found: Evidence) -> Iterator[Objection]:
    if 0 < len(found.r_multiples) < LEAST_TRADES:
        yield Objection(_few_trades_text(found), "trades")


def _few_winners(found: Evidence) -> Iterator[Objection]:
    """Of a gain: what is left of it without its best trades."""
    if found.total_r <= 0:
        return
    best = sorted(found.r_multiples, reverse=True)
    for n, name in ((1, "trade"), (FEW, f"{FEW} trades")):
        taken = sum(best[:n])
        if found.total_r - taken <= 0 and n < len(best):
            yield Objection(_without(name, found, taken), "trades")
            return


def _costs(found: Evidence) -> Iterator[Objection]:
    if found.total_r <= 0:
        return
    if not found.has_costs:
        yield Objection("costs are not included", "costs")
    elif found.double_r is not None and found.double_r <= 0:
        yield Objection(_double_text(found), "costs")


def _forward(found: Evidence) -> Iterator[Objection]:
    n, total = len(found.forward), sum(found.forward)
    if n >= ENOUGH_FORWARD and total <= 0:
        yield Objection(
            f"since it was saved {written('r', total)} in {counted(n, 'trade')}", "equity"
        )


OBJECTORS: tuple[Callable[[Evidence], Iterator[Objection]], ...] = (
    _loss,
    _errors,
    _few_winners,
    _few_trades,
    _costs,
    _chance,
    _forward,
)
