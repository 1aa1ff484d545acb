"""The JSON that runs leave in their rows: written once, read by pages and API.

Figures carry the units of their names; instants are epoch seconds unless they are text. Rows of
earlier releases lack the newer parts.
"""

from typing import NotRequired, TypedDict

from strategies.engine.evidence.deflated import Moments
from strategies.engine.figures.analytics import ShortParts
from strategies.engine.figures.costs import CostFigures
from strategies.engine.figures.drawn import DrawnCurve
from strategies.engine.figures.earning import Earning
from strategies.engine.figures.edge import EdgeCheck
from strategies.engine.figures.metrics import Kpis
from strategies.engine.figures.metrics_band import KpiBand
from strategies.engine.figures.monthly import MonthlyTable
from strategies.engine.figures.rolling import RollingFigures

Column = list[float | None]
Document = dict[str, object]


class Curve(TypedDict):
    """Cumulative R by exit; from `boundary_index` on trades are of the forward test."""

    exit_times: list[int]
    cumulative_r: list[float]
    boundary_index: int | None


class StoredEdgeCheck(EdgeCheck):
    """Columns at the numbers of the trades they were kept for."""

    trades: list[int]


class StoredRolling(RollingFigures):
    """Columns at the numbers of the trades they were kept for, each the last of its window."""

    trades: list[int]


class StoredAnalytics(ShortParts):
    """The engine's analytics with columns short enough to be read with every page."""

    edge_check: StoredEdgeCheck | None
    rolling: StoredRolling | None


class OpenPosition(TypedDict):
    """The trade still held at the end of the bars."""

    entry_index: int
    entry_bar_ts: int
    entry_trigger_ts: int
    entry_fill_ts: int
    direction: str
    entry_price: float
    stop_price: float
    initial_stop_price: float
    target_price: float | None
    risk: float
    mae_r: float
    mfe_r: float
    entry_trigger: str
    exec_type: str
    stop_exec_type: str
    target_exec_type: str
    confluence_records: list[str]
    bars_held: int
    segment: str
    warnings: list[str]


class RejectedEntry(TypedDict):
    ts: int
    reason: str


class Span(TypedDict):
    """The starts of the first and the last bar."""

    count: int
    first: str
    last: str


class OverlayLevel(TypedDict):
    """A value of an indicator that its triggers speak of."""

    value: float
    label: str


class Overlay(TypedDict):
    """How the line of an indicator is drawn, and the levels it is compared with."""

    name: str
    pack: str
    color: str
    pane: str
    style: str
    # Results of earlier releases have none.
    levels: NotRequired[list[OverlayLevel]]
    # In pixels, as its user wants it now; no result holds it.
    width: NotRequired[float]


class DrawnOverlay(Overlay):
    values: Column


class ChartPlan(TypedDict):
    """What is drawn over the chart whose bars lie in its parts, and whether older bars were cut."""

    overlays: list[Overlay]
    is_truncated: bool


class ChartContent(TypedDict):
    """Some bars: start, open, high, low, close, volume; and a column for each overlay."""

    bars: list[list[float]]
    overlays: list[Column]


class ForwardEvidence(TypedDict):
    """Dates of the forward test; `p` one-sided, None where there are too few."""

    n_dates: int
    n_trading_dates: int
    p: float | None


class StoredEvidence(TypedDict):
    """What the evidence on a result rests on: the dates before its forward test, and that test.

    `statistic` is root of D times mean over deviation of net R per date, `moments` those of the
    same dates; both are None with less than ten trading dates.
    """

    dates_digest: str
    n_dates: int
    n_trading_dates: int
    statistic: float | None
    moments: Moments | None
    forward: ForwardEvidence | None
    # What was tried, on which bars (starts of the first and the last), and how many that was when
    # the configuration was stored; null if it never was.
    trial: NotRequired[str]
    window: NotRequired[list[int]]
    n_tried: NotRequired[int | None]


class RunResult(TypedDict, total=False):
    """The part of a run's result that is read as a whole; trades and chart are rows."""

    kpis: Kpis
    kpis_extended: Kpis
    kpis_band: KpiBand | None
    costs: CostFigures | None
    monthly: MonthlyTable
    n_trials: int
    evidence: StoredEvidence
    analytics: StoredAnalytics
    equity: Curve
    # The same curve with as many points as are drawn, and what holding would have made.
    drawn: DrawnCurve
    earning: Earning
    r_multiples: list[float]
    open_trade: OpenPosition | None
    # The newest of them, and how many there were.
    rejected: list[RejectedEntry]
    n_rejected: int
    # How many of them for each reason.
    rejected_by: dict[str, int]
    # Market time at which the bars were read.
    now_ts: int
    warnings: list[str]
    bars: Span
    chart: ChartPlan
