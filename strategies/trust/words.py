"""Trust checks in words: a sentence for each outcome, what it rests on, and what each check is."""

from collections.abc import Callable
from typing import NamedTuple

from strategies.engine.trust.history import ENOUGH_TRADES
from strategies.engine.trust.outcomes import (
    CheckName,
    LookAhead,
    MonteCarlo,
    Outcome,
    Significance,
    WarmUp,
)
from strategies.words.figures import written
from trader.work.plural import counted


class Text(NamedTuple):
    """One plain sentence, and what else a reader should know."""

    headline: str
    notes: list[str]


DEFINITIONS = {
    "look_ahead": (
        "The strategy is computed anew on the history cut right after each of its decisions. What"
        " was decided by then (trades, the position held, refused entries, states, triggers) must"
        " be the same as with the later bars in view."
    ),
    "warm_up": (
        "The same window is computed once more with a second warm-up before it. If its averages"
        " had settled, no trade changes. Without earlier bars, the second half of the window stands"
        " in for it. A result that moves by less than 0.01 R is no change."
    ),
    "significance": (
        "Mean move of the trades from the close of the entry bar to the close of the exit bar, in"
        " their median initial risk, among 1,000 sets of random entries of the same direction with"
        " the same count and holding times. p is the share of sets that did at least as well."
    ),
    "monte_carlo": (
        "2,000 random orders of the same trades, and 2,000 periods of as many exchange dates drawn"
        " with replacement from the dates of the window, quiet ones included. It says what"
        " drawdowns to expect and what size they allow, and nothing of whether there is an edge:"
        " any gain resamples to gains."
    ),
}
TITLES: dict[CheckName, str] = {
    "look_ahead": "Look-ahead",
    "warm_up": "Warm-up",
    "significance": "Entries against chance",
    "monte_carlo": "Monte Carlo",
}


def text_of(key: CheckName, found: Outcome) -> Text:
    """The outcome of one check in words."""
    return _WRITERS[key](found)


def headline_of(key: CheckName, found: Outcome) -> str:
    return text_of(key, found).headline


def is_judged(found: Outcome) -> bool:
    """Whether the sample was large enough for figures to mean something."""
    return found["verdict"] != "unknown"


def _look_ahead(found: LookAhead) -> Text:
    checked, total, between = found["checked"], found["total"], found["checked_between"]
    notes = [f"{counted(between, 'bar')} between decisions checked as well."] if between else []
    if 0 < checked < total:
        notes.append("Time ran out; those that were checked lie evenly over the history.")
    if found["verdict"] == "failed":
        headline = (
            f"Look-ahead: {counted(found['n_bars'], 'bar')} decided differently without the bars"
            " after them."
        )
        return Text(headline, [f"{checked:,} of {counted(total, 'decision')} checked.", *notes])
    if found["verdict"] == "passed":
        headline = (
            f"No look-ahead: {checked:,} of {counted(total, 'decision')} are the same on shorter"
            " histories."
        )
        return Text(headline, notes)
    if total:
        return Text(f"None of {counted(total, 'decision')} could be checked in time.", notes)
    return Text("No decisions to check.", notes)


def _warm_up(found: WarmUp) -> Text:
    if not is_judged(found):
        reason = found["reason"]
        notes = [f"{reason[:1].upper()}{reason[1:]}."] if reason else []
        return Text("Not enough history stored to check.", notes)
    notes = _histories(found)
    if found["verdict"] == "passed":
        n = counted(found["n_trades"], "trade")
        return Text(f"More history changes nothing: {n}, all the same.", notes)
    headline = (
        f"More history changes {counted(found['changed_trades'], 'trade')},"
        f" {written('r', found['impact_r'])} in total."
    )
    return Text(headline, notes)


def _histories(found: WarmUp) -> list[str]:
    """Which histories were compared."""
    extra, wanted, before = found["extra_bars"], found["wanted_bars"], found["bars_before"]
    if found["scope"] == "second_half":
        reason = found["reason"]
        return [
            f"{reason[:1].upper()}{reason[1:]}. So the second half of the window was compared:"
            f" after {counted(before, 'bar')} of warm-up, and after {extra:,} more."
        ]
    notes = [f"{counted(extra, 'bar')} added before the {before:,} that were loaded."]
    if extra < wanted:
        notes.append(f"A full second warm-up would be {counted(wanted, 'bar')}.")
    return notes


def _significance(found: Significance) -> Text:
    mean_r, p_value = found.get("mean_r"), found.get("p_value")
    better_than = found.get("better_than")
    if not is_judged(found) or better_than is None or p_value is None or mean_r is None:
        return too_few(found["n_trades"])
    rank = f"{100.0 * better_than:.1f} % of random entries (p {p_text(p_value)})"
    median = found["random_percentiles"]["p50"]
    notes = [
        f"Mean move {written('r', mean_r)}; the median of random entries is {written('r', median)}."
    ]
    headline = f"Better than {rank}."
    if found["verdict"] == "caution":
        notes.append("Chance alone does as well too often to tell them apart.")
    elif found["verdict"] == "failed":
        headline = f"No better than chance: ahead of only {rank}."
    if found["within_days"]:
        notes.append("No trade was held overnight, so no random one is.")
    return Text(headline, notes)


def _monte_carlo(found: MonteCarlo) -> Text:
    orders, days = found.get("orders"), found.get("days")
    if not is_judged(found) or orders is None or days is None:
        return too_few(found["n_trades"])
    headline = (
        f"{100.0 * days['losing_share']:.1f} % of resampled periods lose; in one of twenty orders"
        f" the drawdown reaches {written('r', orders['drawdown_r']['p5'])}."
    )
    notes = [
        f"Worst of {orders['n_draws']:,} orders: drawdown"
        f" {written('r', orders['worst_drawdown_r'])}, losing run"
        f" {counted(orders['longest_losing_run'], 'trade')}."
        f" Each resampled period has {counted(days['n_days'], 'exchange date')}."
    ]
    return Text(headline, notes)


_WRITERS: dict[CheckName, Callable[..., Text]] = {
    "look_ahead": _look_ahead,
    "warm_up": _warm_up,
    "significance": _significance,
    "monte_carlo": _monte_carlo,
}


def number(value: float) -> str:
    """A signed result with two decimals; the header carries the unit."""
    return written("r", value).removesuffix(" R")


def p_text(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def too_few(n: int) -> Text:
    if not n:
        return Text("No trades to judge.", [])
    notes = [f"{ENOUGH_TRADES} trades are needed for a verdict."]
    return Text(f"{counted(n, 'trade')}: too few to judge.", notes)
