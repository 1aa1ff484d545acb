"""What luck does among everything that was tried, in one plain sentence, and the strict bound."""

from strategies.engine.evidence.luck import LEAST_DATES
from strategies.engine.evidence.odds import Odds
from strategies.engine.evidence.tally import LEAST_TRADING_DATES
from trader.work.plural import counted


def luck_sentence(found: Odds) -> str:
    """How many were tried, how far luck alone reaches among them, and how often it does as well."""
    if found.luck_p is None:
        return f"{_tried(found)}. {_unjudged(found)}"
    return (
        f"{_tried(found)}: {_luck(found)}; this has {_sharpe(found.sharpe)}: chance does as well in"
        f" {often(found.luck_p)}."
    )


def tried_sentence(
    n_tried: int, noun: str, n_dates: int, sharpe: float, p: float | None, reached: float
) -> str:
    """Of a tab or search: how many were tried, how far luck alone reaches, and what the best has.

    Parameters
    ----------
    sharpe, reached : annual Sharpe ratio of the best, and of the best that luck brings
    p : luck p, None where it is not shown
    """
    many, dates = counted(n_tried, noun), counted(n_dates, "date")
    if n_dates < LEAST_DATES:
        return f"{many} tried on {dates}: holding the best against luck needs {LEAST_DATES} dates."
    if p is None:
        return f"{many} tried on {dates}: too few dates with trades to hold any against luck."
    return (
        f"{many} tried on {dates}: tries as alike as these reach a Sharpe of {_sharpe(reached)} by"
        f" luck alone; the best here has {_sharpe(sharpe)}: chance does as well in {often(p)}."
    )


def often(p: float) -> str:
    """A probability as a trader counts."""
    n = round(100 * p)
    return f"{n} of 100" if n >= 1 else "fewer than 1 of 100"


def bound_sentence(found: Odds) -> str:
    """The strict bound, which is shown and never required, and what was tried since."""
    text = ""
    if found.bound is not None:
        text = f"Strict bound (DSR) {100 * found.bound.dsr:.0f} %: {found.bound.words}."
    return f"{text} {_since(found)}".strip()


def _tried(found: Odds) -> str:
    tried, dates = found.tried, counted(found.chosen.n_dates, "date")
    n = max(tried.n, tried.n_on_dates)
    if n == 1:
        return f"The only one tried, on {dates}"
    place = "Best of" if found.is_best else "One of"
    if tried.n_on_dates < n:
        return f"{place} {n:,} tried, {tried.n_on_dates:,} on these {dates}"
    return f"{place} {n:,} tried on {dates}"


def _luck(found: Odds) -> str:
    reached = f"reach a Sharpe of {_sharpe(found.luck_sharpe)} by luck alone"
    if max(found.tried.n, found.tried.n_on_dates) == 1:
        return f"luck alone reaches a Sharpe of {_sharpe(found.luck_sharpe)}"
    apart = _sharpe(found.luck_sharpe_apart)
    return f"tries as alike as these {reached} ({apart} if they were all different)"


def _sharpe(value: float | None) -> str:
    return f"{value or 0.0:.1f}".replace("-", "−").replace("−0.0", "0.0")


def _unjudged(found: Odds) -> str:
    chosen = found.chosen
    if chosen.n_dates < LEAST_DATES:
        return f"Not held against luck: not enough dates ({chosen.n_dates} of {LEAST_DATES})."
    if chosen.n_trading_dates < LEAST_TRADING_DATES:
        few = f"{chosen.n_trading_dates} of {LEAST_TRADING_DATES}"
        return f"Not held against luck: not enough dates with trades ({few})."
    return "Not held against luck: its R is the same on every date."


def _since(found: Odds) -> str:
    """A stored configuration keeps the number it was stored with."""
    tried = found.tried
    if tried.n_now == tried.n:
        return ""
    were = "was" if tried.n == 1 else "were"
    return f"{tried.n:,} {were} tried when it was stored, {tried.n_now:,} by now."
