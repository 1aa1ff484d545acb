"""Strategies as cards and headers show them: texts, figures and the small curve."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from market.sources import kind_of, label_of
from strategies.builder.offers import exit_text, record_text, trigger_text
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Pack, Strategy
from strategies.record import ids
from strategies.runs.display import equity_points
from strategies.words import fills
from strategies.words.figures import CARD, PRIMARY, ShownKpi, shown
from strategies.words.protection import moves, placed, summary, time_exit_text

DAY = 86_400
SPARK_POINTS = 120


class StrategyRow:
    """One strategy beside the packs and the market time that its texts need."""

    def __init__(self, strategy: Strategy, packs: list[Pack], now_ts: int) -> None:
        self.strategy = strategy
        self.packs = packs
        self.now_ts = now_ts

    @property
    def key(self) -> str:
        """Names this strategy's elements on a page."""
        return str(self.strategy.pk)

    @property
    def record(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = self.strategy.config
        return config

    @property
    def status(self) -> str:
        if self.strategy.current_run_id is None:
            return "Not computed yet"
        if self.strategy.alert_tracking_enabled:
            return "Monitored"
        days = self.forward_days
        return f"Forward testing ({days} d)" if days else "Backtest only"

    @property
    def forward_days(self) -> int:
        start = int(self.strategy.forward_test_start.timestamp())
        return max(0, (self.now_ts - start) // DAY)

    @property
    def backtest_days(self) -> int:
        """Days from the first bar that was there to the end of the backtest."""
        first: str | None = getattr(self.strategy, "first_bar", None)
        last: str | None = getattr(self.strategy, "last_bar", None)
        if not first or not last:
            return 0
        start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
        return max(0, (min(end, self.strategy.forward_test_start) - start).days + 1)

    @property
    def kpis(self) -> list[ShownKpi]:
        return shown(CARD, self.strategy.kpis)

    @property
    def primary_kpis(self) -> list[ShownKpi]:
        return shown(PRIMARY, self.strategy.kpis)

    @property
    def entry(self) -> str:
        return trigger_text(self.packs, self.record.get("entry_trigger_confluence_id") or "")

    @property
    def exits(self) -> list[str]:
        exits = [
            exit_text(self.packs, trigger, self.record.get("entry_trigger_confluence_id") or "")
            for trigger in self.record.get("exit_trigger_confluence_ids") or []
        ]
        bars = self.record.get("bar_count_exit")
        by_time = time_exit_text(self.record.get("time_exit_config"))
        others = [f"After {bars} bars" if bars else "", by_time]
        return [*exits, *(text for text in others if text)]

    @property
    def confirmation(self) -> str:
        """How an `LC` entry is confirmed; empty for others."""
        entry = self.record.get("entry_trigger_confluence_id") or ""
        if ids.split(entry)[1] != "LC":
            return ""
        return fills.confirmation_text(self.record.get("entry_confirmation"))

    @property
    def stop(self) -> str:
        return summary(self.record.get("stop_config"))

    @property
    def stop_placed(self) -> str:
        return placed(self.record.get("stop_config"))

    @property
    def stop_moves(self) -> list[str]:
        return moves(self.record.get("stop_config") or {})

    @property
    def target(self) -> str:
        return summary(self.record.get("target_config"))

    @property
    def conditions(self) -> list[str]:
        records = [
            *(self.record.get("confluence") or []),
            *(self.record.get("general_confluences") or []),
        ]
        return sorted(record_text(self.packs, record) for record in records)

    @property
    def source_label(self) -> str:
        return label_of(self.strategy.data_source)

    @property
    def is_simulated(self) -> bool:
        return kind_of(self.strategy.data_source).is_simulated

    @property
    def spark(self) -> dict[str, Any]:
        """At most about `SPARK_POINTS` points of the curve in their segments."""
        points = equity_points(self.strategy.equity_curve_data or {})["points"]
        step = max(1, -(-len(points) // SPARK_POINTS))
        # The last point is the total and stays.
        kept = [*points[:-1:step], *points[-1:]]
        return {"points": [{"r": one["r"], "segment": one["segment"]} for one in kept]}

    @property
    def stale_reasons(self) -> list[str]:
        """Why the shown result no longer is what a run would give now."""
        run = self.strategy.current_run
        if run is None:
            return []
        reasons = []
        if run.fingerprint != self.strategy.fingerprint:
            reasons.append("the configuration or a pack has changed")
        if run.engine_version != ENGINE_VERSION:
            reasons.append(f"the engine has changed from {run.engine_version} to {ENGINE_VERSION}")
        return reasons


def rows_of(
    strategies: Iterable[Strategy], packs: list[Pack], clocks: Mapping[str, int]
) -> list[StrategyRow]:
    return [StrategyRow(one, packs, clocks.get(one.data_source, 0)) for one in strategies]
