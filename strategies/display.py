"""Strategies as cards and headers show them: texts, figures and the small curve."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from market.calendar import SESSION_WORDS
from market.sources import kind_of, label_of
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Strategy
from strategies.packs.names import PackNames
from strategies.periods import Part
from strategies.record import ids
from strategies.record.shape import StrategyRecord
from strategies.runs.curves import equity_points
from strategies.words import fills
from strategies.words.costs import cost_texts
from strategies.words.figures import CARD, TABLE, ShownKpi, shown
from strategies.words.limits import limits_text
from strategies.words.protection import moves, placed, summary, time_exit_text
from trader.work.plural import counted

DAY = 86_400
SPARK_POINTS = 120


class ShownStrategy:
    """One strategy beside the names of packs and the market time that its texts need."""

    def __init__(
        self, strategy: Strategy, names: PackNames, now_ts: int, part: Part | None = None
    ) -> None:
        """`part`: what of its result is shown in place of all of it."""
        self.strategy = strategy
        self.part = part
        self.names = names
        self.now_ts = now_ts

    @property
    def key(self) -> str:
        """Names this strategy's elements on a page."""
        return str(self.strategy.pk)

    @property
    def record(self) -> StrategyRecord:
        config: StrategyRecord = self.strategy.config
        return config

    @property
    def entry_trigger(self) -> str:
        return str(self.record.get("entry_trigger_confluence_id") or "")

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
        since = self.strategy.forward_test_since
        if since is None:
            return 0
        start = int(since.timestamp())
        return max(0, (self.now_ts - start) // DAY)

    @property
    def backtest_days(self) -> int:
        """Days from the first bar that was there to the end of the backtest."""
        first: str | None = getattr(self.strategy, "first_bar", None)
        last: str | None = getattr(self.strategy, "last_bar", None)
        if not first or not last:
            return 0
        start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
        since = self.strategy.forward_test_since
        return max(0, (min(end, since or end) - start).days + 1)

    @property
    def kpis(self) -> list[ShownKpi]:
        return shown(CARD, self._figures)

    @property
    def columns(self) -> list[ShownKpi]:
        """Its figures in the table of strategies."""
        return shown(TABLE, self._figures)

    @property
    def _figures(self) -> Mapping[str, object]:
        figures: Mapping[str, object] = self.part.kpis if self.part else self.strategy.kpis
        return figures

    @property
    def session(self) -> str:
        """`Regular hours, 9:30 to 16:00 ET (RTH)`: in words, then as records name it."""
        stored = self.strategy.trading_session
        words = SESSION_WORDS.get(stored)
        if words is None:
            return stored
        code = "" if stored == words.name else f" ({stored})"
        return f"{words.name}, {words.hours}{code}"

    @property
    def entry(self) -> str:
        return self.names.trigger_text(self.entry_trigger)

    @property
    def exits(self) -> list[str]:
        exits = [
            self.names.exit_text(trigger, self.entry_trigger)
            for trigger in self.record.get("exit_trigger_confluence_ids") or []
        ]
        bars = self.record.get("bar_count_exit")
        by_time = time_exit_text(self.record.get("time_exit_config"))
        others = [f"After {counted(bars, 'bar')}" if bars else "", by_time]
        return [*exits, *(text for text in others if text)]

    @property
    def confirmation(self) -> str:
        """How an `LC` entry is confirmed; empty for others."""
        if ids.split(self.entry_trigger)[1] != "LC":
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
    def costs(self) -> list[str]:
        return cost_texts(self.record.get("costs"))

    @property
    def limits(self) -> str:
        return limits_text(self.record.get("limits"))

    @property
    def conditions(self) -> list[str]:
        conditions = [
            *(self.record.get("confluence") or []),
            *(self.record.get("general_confluences") or []),
        ]
        return sorted(self.names.condition_text(condition) for condition in conditions)

    @property
    def source_label(self) -> str:
        return label_of(self.strategy.data_source)

    @property
    def is_simulated(self) -> bool:
        return kind_of(self.strategy.data_source).is_simulated

    @property
    def spark(self) -> Mapping[str, object]:
        """At most about `SPARK_POINTS` points of the curve in their segments."""
        curve = self.part.curve if self.part else self.strategy.equity_curve_data
        points = equity_points(curve)["points"]
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


def shown_strategies(
    strategies: Iterable[Strategy],
    names: PackNames,
    clocks: Mapping[str, int],
    parts: Mapping[int, Part],
) -> list[ShownStrategy]:
    return [
        ShownStrategy(one, names, clocks.get(one.data_source, 0), parts.get(one.pk))
        for one in strategies
    ]
