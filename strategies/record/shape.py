"""The shape of the strategy record as it is stored, for who reads it typed.

A record that nobody has checked yet is `Unread`: any key may hold anything.
"""

from collections.abc import Mapping
from typing import TypedDict

from strategies.engine.template import Value

Unread = Mapping[str, object]


class ConfirmationConfig(TypedDict, total=False):
    confirm_bar_offset: int
    on_failure: str


class TrailingConfig(TypedDict, total=False):
    enabled: bool
    method: str
    atr_mult: float
    dollar_amount: float
    percentage: float
    activation_r: float


class BreakevenConfig(TypedDict, total=False):
    enabled: bool
    activation_r: float
    offset: float


class ProtectionConfig(TypedDict, total=False):
    """What a stop and a target have in common; the sizes are those of the method."""

    method: str
    exec_type: str
    atr_mult: float
    dollar_amount: float
    percentage: float
    lookback: int
    padding: float


class StopConfig(ProtectionConfig, total=False):
    trailing: TrailingConfig
    breakeven: BreakevenConfig


class TargetConfig(ProtectionConfig, total=False):
    rr_ratio: float


class TimeExitConfig(TypedDict, total=False):
    method: str
    minutes_before_close: int
    exit_hour: int
    exit_minute: int
    max_bars: int
    start_hour: int
    start_minute: int
    end_hour: int
    end_minute: int


class CostAmounts(TypedDict, total=False):
    commission_per_share: float
    commission_per_order: float
    slippage_bps: float
    slippage_per_share: float
    minimum_per_order: float
    maximum_bps_per_order: float
    commission_bps: float
    commission_surcharge: float
    sell_fee_bps: float
    sell_fee_per_share: float
    sell_fee_cap: float
    both_sides_fee_per_share: float
    half_spread_per_share: float
    half_spread_bps: float
    slippage_open_factor: float
    slippage_open_minutes: float


class CostStepConfig(TypedDict):
    valid_from: str
    fields: CostAmounts


class CostsConfig(CostAmounts, total=False):
    schedule: list[CostStepConfig]


class LimitsConfig(TypedDict, total=False):
    max_trades_per_day: int
    stop_after_losses: int
    stop_after_loss_r: float
    stop_after_profit_r: float
    cooldown_bars: int


class PackRecord(TypedDict, total=False):
    id: str
    base_template: str
    version: str
    enabled: bool
    parameters: dict[str, Value]


class StrategyRecord(TypedDict, total=False):
    name: str
    symbol: str
    direction: str
    timeframe: str
    data_source: str
    strategy_origin: str
    trading_session: str
    notes: str
    data_seed: int
    webhook_config: dict[str, object] | None
    entry_trigger_confluence_id: str
    entry_trigger_name: str
    entry_confirmation: ConfirmationConfig | None
    exit_trigger_confluence_ids: list[str]
    exit_trigger_names: list[str]
    bar_count_exit: int | None
    time_exit_config: TimeExitConfig | None
    confluence: list[str]
    general_confluences: list[str]
    stop_config: StopConfig | None
    target_config: TargetConfig | None
    hifi: bool
    costs: CostsConfig | None
    limits: LimitsConfig | None
    risk_per_trade: float
    starting_balance: float
    lookback_mode: str
    data_days: int
    bar_count: int | None
    lookback_start_date: str | None
    lookback_end_date: str | None
    extended_data_days: int
    # Only where it travels: stored strategies name packs that are rows of their own.
    packs: list[PackRecord]
