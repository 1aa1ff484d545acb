"""What workers do for this room: run backtests and their checks, take over orphans, forget."""

from strategies.runs import compute as backtests
from strategies.runs import queue as runs
from strategies.trust import compute as trust
from strategies.trust import queue as trust_checks


def run_backtest(run_id: int) -> None:
    runs.life.do(run_id, backtests.execute)


def check_trust(check_id: int) -> None:
    trust_checks.life.do(check_id, trust.execute)


def sweep() -> None:
    runs.life.sweep()
    trust_checks.life.sweep()


def prune() -> None:
    runs.prune_previews()
