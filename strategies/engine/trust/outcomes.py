"""What trust checks say: JSON, stored and shown as it stands. An outcome of each in a document."""

from typing import Literal, NotRequired, TypedDict

CheckName = Literal["look_ahead", "warm_up", "significance", "monte_carlo"]
# `described`: what says nothing of an edge, only of what to expect of one.
Verdict = Literal["passed", "caution", "failed", "described", "unknown"]
CHECKS: tuple[CheckName, ...] = ("look_ahead", "warm_up", "significance", "monte_carlo")
# The 5th, 25th, 50th, 75th and 95th as p5 to p95; empty for none.
Percentiles = dict[str, float]


class Histogram(TypedDict, total=False):
    """Counts in equal bins from `low` to `high`, and the strategy's own value; empty for none."""

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

    verdict: Verdict
    differences: NotRequired[list[Difference]]
    first_difference: NotRequired[str | None]


class LookAhead(Outcome):
    """`checked` of `total` decisions, and `checked_between` bars between them.

    `n_bars` counts bars on which something differed.
    """

    checked: int
    total: int
    checked_between: int
    n_bars: int


class WarmUp(Outcome):
    """Trades with more history against trades without.

    `impact_r` is total R with more history minus total R without; `largest_r` the largest
    difference of a trade that counts as the same; `extra_bars` the own bars added, of
    `wanted_bars`, and `extra_other_bars` those of other timeframes. `reason` says why nothing was
    compared, or why only the second half of the window was.
    """

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
    scope: Literal["window", "second_half"]
    reason: str


class Band(TypedDict):
    """Cumulative moves of random entries in median initial risk, after so many trades.

    Nine of ten sets lie between `low` and `high` at each of them.
    """

    n_random: int
    trades: list[int]
    low: list[float]
    high: list[float]


class Significance(Outcome):
    """The strategy's mean move against means of random entries, all in its median initial risk.

    `better_than` is the share of random means below the strategy's, as a fraction. Figures are
    None without trades.
    """

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
    # Documents of earlier releases have none.
    band: NotRequired[Band | None]


class Orders(TypedDict):
    """The trades in random orders; the total stays the same."""

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
    """Periods of as many exchange dates, drawn with replacement from those of the window."""

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
    """What was checked, and the outcomes of the checks that are done."""

    engine_version: str
    seed: int
    n_trades: int
    look_ahead: LookAhead
    warm_up: WarmUp
    significance: Significance
    monte_carlo: MonteCarlo
