"""The JSON that the rows of this room hold and hand out. Its keys are stored, or seen outside."""

from typing import TypedDict


class BarDetails(TypedDict):
    open: float
    high: float
    low: float
    close: float
    volume: float


class ConditionDetails(TypedDict):
    """A condition that the entry needed, in words; `timeframe` is empty for the own one."""

    pack: str
    timeframe: str
    state: str
    words: str


class BeforeDetails(TypedDict, total=False):
    """The bar before the one that decided; what was not known of it is missing."""

    bar: BarDetails
    bar_ts: int
    states: dict[str, str | None]
    indicators: dict[str, float | None]


class AlertDetails(TypedDict, total=False):
    """Why an alert fired, on what, and what became of its trade: `Alert.data`.

    What an alert has nothing to say about is missing; a number that was not known is None.
    """

    # The position, as it stood at the entry or exit.
    entry_price: float
    initial_stop_price: float
    stop_price: float
    target_price: float | None
    risk: float
    mae_r: float
    mfe_r: float
    entry_trigger: str
    # Of an exit only.
    exit_price: float
    exit_reason: str
    exit_trigger: str | None
    r_multiple: float
    r_multiple_gross: float
    pnl: float
    bars_held: int
    hold_seconds: float
    ambiguous: bool
    entry_stop_price: float
    # What decided.
    trigger_label: str
    # Why it fired, in a sentence with the values compared; missing in alerts of earlier releases.
    cause: str
    conditions: list[ConditionDetails]
    before: BeforeDetails
    # The packs that decided, as `states` and `indicators` name them.
    deciding: list[str]
    confluence_met: list[str]
    confluence_records: list[str]
    risk_per_trade: float
    position: str
    engine_version: str
    data_version: str
    # The bar that decided, unless it lies before those that were looked at.
    bar: BarDetails
    states: dict[str, str | None]
    indicators: dict[str, float | None]
    atr: float | None
    # Those of the instrument when it fired.
    price_decimals: int | None
    # Words of whoever made the alert by hand.
    note: str


class AlertEvent(TypedDict):
    """What browsers are told when an alert fires."""

    alert: int
    code: str
    strategy: int | None
    strategy_name: str
    alert_type: str
    # Three texts as pages say them, so that a toast words nothing itself.
    kind_text: str
    symbol: str
    direction: str
    price: float
    # With which it is written beside the other prices of its trade.
    price_decimals: int
    exit_reason: str
    # Empty for an entry.
    exit_reason_text: str
    trigger: str
    source: str
    data_source: str
    # How its bars came; empty for a market's own.
    origin_text: str
    is_late: bool
    fill_at: str
    url: str


class PositionDetails(TypedDict, total=False):
    """The open position of a monitored strategy, for people: `StrategyState.details`.

    All of it is written; rows stored by earlier releases may say less.
    """

    entry_bar_ts: int
    entry_fill_ts: int
    entry_price: float
    initial_stop_price: float
    stop_price: float
    target_price: float | None
    risk: float
    price_decimals: int | None


class StrategyStatus(TypedDict):
    """Where one monitored strategy stands."""

    strategy: int
    status: str
    entered_before_monitoring: bool
    position: PositionDetails | None
    last_bar_ts: int | None
    monitored_since_ts: int
    note: str
    error: str


class MonitorError(TypedDict):
    strategy_id: int
    strategy_name: str
    error: str
    timestamp: str


class MonitorStatus(TypedDict):
    """How a user's monitor does."""

    state: str
    desired_state: str
    running: bool
    last_heartbeat: str | None
    started_at: str | None
    last_poll: str | None
    last_poll_duration_ms: float | None
    strategies_monitored: int
    errors: list[MonitorError]


class MonitorDocument(MonitorStatus):
    """The same with all of its strategies, as the API answers."""

    strategies: list[StrategyStatus]
    # Of strategies that wait for bars that never come.
    warnings: list[str]
