"""The JSON that the trust checks of a run leave in their row: an outcome of each."""

from typing import Literal, NotRequired, TypedDict

CheckName = Literal["look_ahead", "warm_up", "significance", "monte_carlo"]
# The 5th, 25th, 50th, 75th and 95th as p5 to p95.
Percentiles = dict[str, float]


class Histogram(TypedDict):
    """Counts in equal bins from `low` to `high`; `mark` is the strategy's own value."""

    low: float
    high: float
    counts: list[int]
    mark: float


class Difference(TypedDict):
    """What was decided on a bar with the later bars in view, and without them."""

    bar: str
    what: str
    with_later: str
    without: str


class Outcome(TypedDict):
    """What every check says, and what some have to show: bars or a trade that differ."""

    verdict: str
    differences: NotRequired[list[Difference]]
    first_difference: NotRequired[str | None]


class LookAhead(Outcome):
    checked: int
    total: int
    checked_between: int
    n_bars: int


class WarmUp(Outcome):
    bars_before: int
    extra_bars: int
    wanted_bars: int
    extra_other_bars: dict[str, int]
    n_trades: int
    changed_trades: int
    only_with_less: int
    only_with_more: int
    impact_r: float
    largest_r: float
    scope: str
    reason: str


class Significance(Outcome):
    """Figures are None without trades."""

    n_trades: int
    n_random: int
    seed: int
    mean_r: float | None
    p_value: float | None
    better_than: float | None
    median_risk: float | None
    within_days: bool
    random_percentiles: Percentiles
    histogram: Histogram


class Orders(TypedDict):
    n_draws: int
    total_r: float
    actual_drawdown_r: float
    drawdown_r: Percentiles
    worst_drawdown_r: float
    actual_losing_run: int
    losing_run: Percentiles
    longest_losing_run: int
    histogram: Histogram


class Days(TypedDict):
    n_draws: int
    n_days: int
    total_r: Percentiles
    drawdown_r: Percentiles
    losing_share: float
    histogram: Histogram


class MonteCarlo(Outcome):
    """Both are None without trades."""

    n_trades: int
    seed: int
    orders: Orders | None
    days: Days | None


class TrustDocument(TypedDict, total=False):
    engine_version: str
    seed: int
    n_trades: int
    look_ahead: LookAhead
    warm_up: WarmUp
    significance: Significance
    monte_carlo: MonteCarlo
