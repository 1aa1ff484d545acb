"""What workers do for this room: run backtests and their checks, take over orphans, forget."""

from strategies.drilldown import compute as drilling
from strategies.drilldown import queue as drilldowns
from strategies.forward import queue as forward
from strategies.forward import refresh as refreshing
from strategies.previews import compute as previewing
from strategies.previews import queue as previews
from strategies.runs import compute as backtests
from strategies.runs import queue as runs
from strategies.saving import changes
from strategies.trust import compute as trust
from strategies.trust import queue as trust_checks


def run_backtest(run_id: int) -> None:
    runs.life.do(run_id, backtests.execute)


def check_trust(check_id: int) -> None:
    trust_checks.life.do(check_id, trust.execute)


def drill_down(drilldown_id: int) -> None:
    drilldowns.life.do(drilldown_id, drilling.execute)


def begin_refreshes() -> None:
    """Results have been asked to take in newer bars."""
    forward.begin_due()


def refresh_forward(refresh_id: int) -> None:
    forward.life.do(refresh_id, refreshing.execute)


def preview_pack(preview_id: int) -> None:
    previews.life.do(preview_id, previewing.execute)


def sweep() -> None:
    runs.life.sweep()
    previews.life.sweep()
    trust_checks.life.sweep()
    drilldowns.life.sweep()
    forward.sweep()


def prune() -> None:
    runs.prune_previews()
    drilldowns.prune()
    previews.prune()
    changes.empty_bins()
