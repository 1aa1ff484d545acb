"""Why an entry or exit was decided: its sentence, and the bar before the one that decided."""

from alerts.models.documents import AlertDetails, BarDetails, BeforeDetails, ConditionDetails
from alerts.monitor.decide import Leg
from alerts.monitor.legs import Position, ended_trade, filled
from strategies.engine.program.advance import Advance
from strategies.engine.program.moment import (
    BarValues,
    Moment,
    bars_until,
    known,
    moment_of,
    state_at,
    values_at,
)
from strategies.engine.spec import PackSpec, StrategySpec, TriggerRef
from strategies.engine.types import Bars
from strategies.engine.walk.trades import Trade
from strategies.words import leaving
from strategies.words.causes import trigger_cause
from strategies.words.exits import reason_text
from strategies.words.states import condition_words

NS = 1_000_000_000


class Told:
    """One leg, the bars it was decided on, and those before them."""

    def __init__(
        self, advance: Advance, leg: Leg[Position], earlier: Bars, decimals: int | None
    ) -> None:
        self.advance, self.leg, self.earlier, self.decimals = advance, leg, earlier, decimals
        self.at = filled(leg, advance).bar_index - advance.offset

    @property
    def spec(self) -> StrategySpec:
        return self.advance.program.spec

    def details(self) -> AlertDetails:
        """Nothing of the bars where the one that decided lies before those looked at."""
        found: AlertDetails = {"conditions": _conditions(self.spec), "deciding": self._deciding()}
        if 0 <= self.at < self.advance.bars.n:
            found |= {"cause": self.cause(), "before": self._before()}
        return found

    def cause(self) -> str:
        over = ended_trade(self.leg)
        if over is None:
            return self._trigger(self.spec.entry)
        return self._exit(over) or reason_text(over.exit_reason)

    def _exit(self, trade: Trade) -> str:
        """Empty where nothing is known that says more than the reason."""
        reason = trade.exit_reason
        if reason == "signal_exit":
            found = next((one for one in self.spec.exits if one.id == trade.exit_trigger), None)
            return self._trigger(found) if found else ""
        if reason == "opposite_signal":
            return self._trigger(self.spec.opposite) if self.spec.opposite else ""
        if reason in leaving.UNCONFIRMED:
            return leaving.unconfirmed_cause(
                self.spec, trade, self._moment(self.spec.entry.pack, trade), self.decimals
            )
        if reason == "data_gap":
            n_missing = int(self.advance.bars.missing_before[self.at])
            return leaving.gap_cause(trade, n_missing, self.decimals)
        return self._plain_exit(trade)

    def _plain_exit(self, trade: Trade) -> str:
        bar = bars_until(self.advance, self.earlier, self.at)[0]
        if trade.exit_reason == "stop_loss":
            return leaving.stop_cause(trade, bar, self.decimals)
        if trade.exit_reason == "target":
            return leaving.target_cause(trade, bar, self.decimals)
        if trade.exit_reason == "time_exit":
            return leaving.time_cause(self.spec, trade.bars_held)
        if trade.exit_reason == "bar_count_exit":
            return leaving.bar_count_cause(self.spec, trade.bars_held)
        return ""

    def _trigger(self, trigger: TriggerRef) -> str:
        return trigger_cause(trigger, self._moment(trigger.pack), self.decimals)

    def _moment(self, pack: PackSpec, trade: Trade | None = None) -> Moment:
        """Of the bar that decided: an exit at an open was decided by the close before."""
        at = self.at
        if trade is not None and self.advance.bars.close_ns[at] != trade.exit_trigger_ns:
            at -= 1
        return moment_of(self.advance, pack, at, self.earlier)

    def _deciding(self) -> list[str]:
        """The packs of its trigger and of the conditions on the own timeframe."""
        over = ended_trade(self.leg)
        if over is None:
            packs = [self.spec.entry.pack]
            packs += [one.pack for one in self.spec.conditions if not one.timeframe]
        elif over.exit_reason == "opposite_signal" and self.spec.opposite:
            packs = [self.spec.opposite.pack]
        elif over.exit_reason in leaving.UNCONFIRMED:
            packs = [self.spec.entry.pack]
        else:
            packs = [one.pack for one in self.spec.exits if one.id == over.exit_trigger]
        return list(dict.fromkeys(pack.display for pack in packs))

    def _before(self) -> BeforeDetails:
        """Of the packs that are used: those only observed would double what is stored."""
        before = self.at - 1
        bars = bars_until(self.advance, self.earlier, self.at)
        found: BeforeDetails = {
            "states": {
                pack.display: state_at(self.advance, pack.id, before)
                for pack in self.spec.own_packs()
                if pack.template.states
            },
            "indicators": indicators(self.advance, before),
        }
        if len(bars) > 1:
            found["bar"] = _bar(bars[1])
            found["bar_ts"] = self._start_ns(before) // NS
        return found

    def _start_ns(self, at: int) -> int:
        return int(self.advance.bars.start_ns[at] if at >= 0 else self.earlier.start_ns[at])


def _bar(bar: BarValues) -> BarDetails:
    return {
        "open": bar.open,
        "high": bar.high,
        "low": bar.low,
        "close": bar.close,
        "volume": bar.volume,
    }


def _conditions(spec: StrategySpec) -> list[ConditionDetails]:
    return [
        {
            "pack": one.pack.display,
            "timeframe": one.timeframe,
            "state": one.state,
            "words": condition_words(one),
        }
        for one in spec.conditions
    ]


def seen_packs(advance: Advance) -> list[PackSpec]:
    """The packs whose states are told, each once."""
    packs = {pack.id: pack for pack in advance.program.observed_packs}
    packs |= {pack.id: pack for pack in advance.program.spec.own_packs()}
    return [pack for pack in packs.values() if pack.template.states]


def indicators(advance: Advance, at: int) -> dict[str, float | None]:
    """Columns of the packs that decide on a bar; those only observed would bury them."""
    found: dict[str, float | None] = {}
    for pack in advance.program.spec.own_packs():
        values = values_at(advance, pack.id, at)
        for output in pack.template.shown_outputs:
            if output.name in values:
                found[f"{pack.display}: {output.label}"] = known(values[output.name])
    return found
