"""Warm-up: whether the trades change when the strategy sees more history before its window."""

from __future__ import annotations

from strategies.engine.program.program import Program
from strategies.engine.report import iso
from strategies.engine.trust.history import History
from strategies.engine.trust.outcomes import WarmUp
from strategies.engine.walk.trades import OpenTrade, Trade, counted

# Results nearer than this are the same trade; values that settle never do so completely.
SAME_R = 0.01


def not_checked(reason: str, bars_before: int = 0, wanted_bars: int = 0) -> WarmUp:
    """The outcome when there is no more history to check with."""
    return {
        "verdict": "unknown",
        "bars_before": bars_before,
        "extra_bars": 0,
        "wanted_bars": wanted_bars,
        "extra_other_bars": {},
        "n_trades": 0,
        "changed_trades": 0,
        "only_with_less": 0,
        "only_with_more": 0,
        "impact_r": 0.0,
        "largest_r": 0.0,
        "first_difference": None,
        "scope": "window",
        "reason": reason,
    }


def check_second_half(program: Program, history: History, reason: str) -> WarmUp:
    """Compare the second half of the window after one warm-up with the same after everything.

    Parameters
    ----------
    history : all the bars there are
    reason : why there are no more

    Notes
    -----
    What stands in for more history is the first half of the window. Both runs enter from the
    middle of the bars on which an entry is possible; one sees W bars before it, the other all.
    Bars of other timeframes are the same in both. See `check_warm_up`.
    """
    needed = program.warm_up_bars
    middle = (max(needed, history.first_visible_index) + history.bars.n) // 2
    if middle <= needed or middle >= history.bars.n:
        return not_checked(reason, history.first_visible_index, needed)
    short = history.bars.take(slice(middle - needed, None))
    own = History(short, history.others, needed, history.finer)
    found = check_warm_up(program, own, history._replace(first_visible_index=middle))
    return {**found, "scope": "second_half", "reason": reason}


def check_warm_up(program: Program, own: History, more: History) -> WarmUp:
    """Compare the trades of the window with those of the same window after more history.

    Parameters
    ----------
    own : the bars the result was computed on
    more : the same visible bars, with more before them

    Returns
    -------
    `passed` when no trade changes, `failed` when one does, `unknown` without more bars.

    Notes
    -----
    Trades are matched by their entry bar; those that missing data ended are left out. One that is
    in both counts as changed when its exit bar
    or exit reason differs, or its R by more than 0.01; so do the entry bar and the existence of
    the open trade. Averages forget their first value only gradually, so tiny differences of R
    are no change; the largest is reported.
    """
    extra = more.first_visible_index - own.first_visible_index
    others = {name: more.others[name].n - bars.n for name, bars in own.others.items()}
    if extra <= 0 and not any(n > 0 for n in others.values()):
        return not_checked(
            "no bars are stored before those the result was computed on",
            own.first_visible_index,
            program.warm_up_bars,
        )
    less_run, more_run = own.backtest(program), more.backtest(program)
    less = {trade.entry_bar_ns: trade for trade in counted(less_run.trades)}
    with_more = {trade.entry_bar_ns: trade for trade in counted(more_run.trades)}
    both = sorted(less.keys() & with_more.keys())
    changed = [bar for bar in both if not _is_same(less[bar], with_more[bar])]
    kept = set(both) - set(changed)
    differing = [*changed, *(less.keys() ^ with_more.keys())]
    held = _open_bars(less_run.open_trade) ^ _open_bars(more_run.open_trade)
    differing += [bar for bar in held if bar not in differing]
    return {
        "verdict": "failed" if differing else "passed",
        "bars_before": own.first_visible_index,
        "extra_bars": extra,
        "wanted_bars": max(program.warm_up_bars, 1),
        "extra_other_bars": others,
        "n_trades": len(less),
        "changed_trades": len(differing),
        "only_with_less": len(less.keys() - with_more.keys()),
        "only_with_more": len(with_more.keys() - less.keys()),
        "impact_r": _total(more_run.trades) - _total(less_run.trades),
        "largest_r": max(
            (abs(less[bar].r_multiple - with_more[bar].r_multiple) for bar in kept), default=0.0
        ),
        "first_difference": iso(min(differing)) if differing else None,
        "scope": "window",
        "reason": "",
    }


def _is_same(one: Trade, other: Trade) -> bool:
    return (
        one.exit_bar_ns == other.exit_bar_ns
        and one.exit_reason == other.exit_reason
        and abs(one.r_multiple - other.r_multiple) <= SAME_R
    )


def _open_bars(trade: OpenTrade | None) -> set[int]:
    return set() if trade is None else {trade.entry_bar_ns}


def _total(trades: list[Trade]) -> float:
    return sum(trade.r_multiple for trade in counted(trades))
