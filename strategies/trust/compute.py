"""Computing the trust checks of a finished run. Only workers and commands come here."""

from datetime import timedelta

import numpy as np

from strategies.bars import (
    MAX_BARS,
    first_index,
    load_others,
    load_own,
    own_anchor,
    stored_finer,
)
from strategies.checking import spec_of
from strategies.engine.program.program import Program, compile_program
from strategies.engine.spec import StrategySpec
from strategies.engine.trust.document import Subject, checks_of, document_before
from strategies.engine.trust.history import History, Sample
from strategies.engine.trust.outcomes import TrustDocument
from strategies.engine.types import as_bars
from strategies.engine.version import ENGINE_VERSION
from strategies.engine.walk.positions import UNCOUNTED
from strategies.models import Run, TrustCheck
from strategies.trust import queue
from strategies.trust.budget import LOOK_AHEAD_SECONDS, Budget
from strategies.trust.queue import TrustError
from strategies.trust.results import store

NS = 1_000_000_000
DAY = int(timedelta(days=1).total_seconds())
# What is being done, and how much of the whole is done by then, quick checks first.
STEPS = {
    "warm_up": ("Comparing with more history", 0.1),
    "significance": ("Comparing with random entries", 0.2),
    "monte_carlo": ("Trying other orders and days", 0.3),
    "look_ahead": ("Checking for look-ahead", 0.4),
}


def execute(check: TrustCheck) -> None:
    """Compute a claimed check and store what came of it, good or bad."""
    with queue.life.settling(check):
        store(check, compute(check))


def compute(check: TrustCheck) -> TrustDocument:
    """All checks, without writing more than progress. Raises WorkLostError when cancelled."""
    queue.life.move_on(check, 0.02, "Loading bars")
    subject = subject_of(check.run)
    document = document_before(subject)
    names = iter(STEPS)
    _announce(check, next(names))
    for part in checks_of(subject, go_on=_budget(check)):
        document.update(part)
        following = next(names, None)
        if following is not None:
            _announce(check, following)
    return document


def _announce(check: TrustCheck, name: str) -> None:
    label, share = STEPS[name]
    queue.life.move_on(check, share, label)


def _budget(check: TrustCheck) -> Budget:
    label, share = STEPS["look_ahead"]

    def report(done: int, total: int) -> None:
        text = f"{label}: {done:,} of {total:,} bars"
        queue.life.move_on(check, share + (1.0 - share) * done / max(1, total), text)

    return Budget(LOOK_AHEAD_SECONDS, report)


def subject_of(run: Run) -> Subject:
    """The run's strategy, bars and trades. Raises TrustError when they no longer fit together."""
    if run.engine_version != ENGINE_VERSION:
        raise TrustError("The engine has changed since this result. Run the backtest again.")
    spec = spec_of(*run.recorded())
    history = _history(run, spec, run.window_start_ts)
    program = compile_program(spec)
    return Subject(
        program=program,
        history=history,
        sample=_sample(run, program, history),
        more=_more_history(run, spec, history),
    )


def _history(run: Run, spec: StrategySpec, window_start_ts: int) -> History:
    """What a run of a window from this instant on would load, as far as the run saw it.

    Its first visible bar is the run's own.
    """
    now_ts = int(run.result["now_ts"])
    read = run.data_source, spec, window_start_ts, run.end_ts(now_ts), now_ts
    bars = as_bars(load_own(*read))
    finer = stored_finer(run.data_source, spec, bars, now_ts)
    return History(bars, load_others(*read), first_index(bars, run.window_start_ts), finer)


def _more_history(run: Run, spec: StrategySpec, own: History) -> History | str:
    """The same window with a second warm-up before the first; why not, when there is none."""
    first_ts = own_anchor(run.data_source, spec, run.window_start_ts)
    more = _history(run, spec, first_ts - DAY)
    if more.bars.n > MAX_BARS:
        return f"more history would be {more.bars.n:,} bars, and {MAX_BARS:,} may be read"
    if more.first_visible_index == own.first_visible_index:
        return "no bars are stored before those the result was computed on"
    return more


def _sample(run: Run, program: Program, history: History) -> Sample:
    """The stored trades, on the bars of the history. Raises TrustError unless it gives them."""
    columns = ("entry_bar_ts", "exit_bar_ts", "risk", "r_multiple")
    # What newer bars have added since the run was read is left to the next check.
    known = run.trades.filter(exit_fill_ts__lte=run.result["now_ts"])
    rows = list(known.order_by("number").values_list(*columns))
    stored = [(entry * NS, leave * NS) for entry, leave, _, _ in rows]
    found = history.backtest(program).trade_rows
    is_counted = ~np.isin(found["reason"], [int(reason) for reason in UNCOUNTED])
    if found[["entry_start_ns", "exit_start_ns"]].tolist() != stored:
        raise TrustError(
            f"Computed again, this result would have other trades ({found.size:,}; stored are"
            f" {len(rows):,}): the bars have changed since. Run the backtest again."
        )
    return Sample(
        found["entry_index"][is_counted],
        found["exit_index"][is_counted],
        np.array([row[2] for row in rows], np.float64)[is_counted],
        np.array([row[3] for row in rows], np.float64)[is_counted],
    )
