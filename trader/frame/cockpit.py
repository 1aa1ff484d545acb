"""A trader's first two questions: am I in a position, and how is today?

From rows of the monitor alone: positions as it knows them, trades of which it told the end. What
was only computed by a backtest has no place here.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from accounts.models import User
from alerts.kinds import EXIT
from alerts.models import Alert, StrategyState
from alerts.models.documents import PositionDetails
from market import clock, eastern
from market.sources import kind_of
from market.store.newest import Address, Newest, newest_prices
from strategies.models import Strategy

# Large documents that nobody looks at here.
UNSEEN = ("config", "notes", "kpis", "equity_curve_data")
MOST_ROWS = 50


class Position(NamedTuple):
    """An open position at the newest price; `r_now` before costs."""

    direction: str
    details: PositionDetails
    decimals: int
    entered_at: datetime | None
    is_untold: bool
    price: float | None = None
    r_now: float | None = None


class Day(NamedTuple):
    """Trades that ended on today's trading date, net of the costs of their strategies."""

    n_trades: int = 0
    n_won: int = 0
    total_r: float = 0.0

    def plus(self, r_multiple: float) -> "Day":
        return Day(self.n_trades + 1, self.n_won + (r_multiple > 0), self.total_r + r_multiple)


class Row(NamedTuple):
    """One strategy with a position or a trade today; `strategy` is None once it is deleted."""

    name: str
    symbol: str
    source: str
    strategy: Strategy | None
    position: Position | None
    note: str
    today: Day

    @property
    def decimals(self) -> int | None:
        return None if self.position is None else self.position.decimals


class Cockpit(NamedTuple):
    """`as_of`: market time of the newest price behind it; None without a position."""

    rows: list[Row]
    n_positions: int
    n_monitored: int
    open_r: float | None
    today: Day
    as_of: datetime | None

    @property
    def n_hidden(self) -> int:
        return max(len(self.rows) - MOST_ROWS, 0)

    @property
    def shown(self) -> list[Row]:
        return self.rows[:MOST_ROWS]


def cockpit(user: User) -> Cockpit:
    """Seven queries at most, however many strategies there are."""
    states = _states(user)
    held = [state for state in states if state.has_position or state.note]
    prices = newest_prices({_address(state) for state in held})
    days = _today(user, {state.strategy.data_source for state in states})
    rows = [_row_of(state, prices, days) for state in held]
    rows += _without_position(user, days, {state.strategy_id for state in held})
    positions = [row.position for row in rows if row.position is not None]
    return Cockpit(
        rows,
        len(positions),
        len(states),
        _sum([one.r_now for one in positions]),
        _total(days.values()),
        _as_of(prices.values()),
    )


def _states(user: User) -> list[StrategyState]:
    """Of all strategies that are to be watched, whether or not the monitor runs."""
    rows = StrategyState.objects.for_user(user).filter(strategy__alert_tracking_enabled=True)
    seen = rows.select_related("strategy").defer(*(f"strategy__{name}" for name in UNSEEN))
    return [one for one in seen.order_by("strategy__name", "pk") if not _is_replayed(one.strategy)]


def _is_replayed(strategy: Strategy) -> bool:
    return kind_of(strategy.data_source).is_replayed


def _address(state: StrategyState) -> Address:
    return state.strategy.data_source, state.strategy.symbol


class _Ended(NamedTuple):
    """Whose trades: a strategy, or the name of one that is gone."""

    strategy_id: int | None
    name: str
    symbol: str
    source: str


Days = dict[_Ended, Day]


def _today(user: User, sources: Iterable[str]) -> Days:
    """Trades by strategy that ended on the trading date of their source's market time."""
    days: Days = defaultdict(Day)
    for source, now_ts in clock.now_of(sources).items():
        midnight = eastern.midnight(eastern.ordinal_of(now_ts)) if now_ts else 0
        ended = Alert.objects.for_user(user).filter(
            alert_type=EXIT.name,
            data_source=source,
            fill_at__gte=datetime.fromtimestamp(midnight, UTC),
        )
        rows = ended.exclude(source=Alert.Source.TEST).order_by()
        for *key, r_multiple in rows.values_list(
            "strategy_id", "strategy_name", "symbol", "data_source", "data__r_multiple"
        ):
            if r_multiple is not None:
                whose = _Ended(*key)
                days[whose] = days[whose].plus(r_multiple)
    return days


def _row_of(state: StrategyState, prices: dict[Address, Newest], days: Days) -> Row:
    strategy = state.strategy
    own = [day for whose, day in days.items() if whose.strategy_id == strategy.pk]
    return Row(
        strategy.name,
        strategy.symbol,
        strategy.data_source,
        strategy,
        _position(state, prices.get(_address(state))),
        state.note,
        _total(own),
    )


def _position(state: StrategyState, newest: Newest | None) -> Position | None:
    details = state.position
    if details is None or "entry_price" not in details:
        return None
    position = Position(
        state.strategy.direction,
        details,
        state.shown_decimals,
        state.entered_at,
        state.entered_before_monitoring,
    )
    risk = details.get("risk")
    if newest is None or not risk:
        return position
    sign = 1 if state.strategy.direction == "LONG" else -1
    r_now = sign * (newest.price - details["entry_price"]) / risk
    return position._replace(price=newest.price, r_now=r_now)


def _without_position(user: User, days: Days, held: set[int]) -> list[Row]:
    flat = {whose: day for whose, day in days.items() if whose.strategy_id not in held}
    ids = {whose.strategy_id for whose in flat}
    strategies = Strategy.objects.for_user(user).filter(pk__in=ids).defer(*UNSEEN).in_bulk()
    by_strategy: dict[tuple[int | None, str], list[tuple[_Ended, Day]]] = defaultdict(list)
    for whose, day in flat.items():
        name = "" if whose.strategy_id in strategies else whose.name
        by_strategy[whose.strategy_id, name].append((whose, day))
    rows = []
    for (strategy_id, _), found in by_strategy.items():
        strategy, whose = strategies.get(strategy_id or 0), found[0][0]
        name = strategy.name if strategy else whose.name
        total = _total(day for _, day in found)
        rows.append(Row(name, whose.symbol, whose.source, strategy, None, "", total))
    return sorted(rows, key=lambda row: (-abs(row.today.total_r), row.name))


def _total(days: Iterable[Day]) -> Day:
    found = list(days)
    return Day(
        sum(one.n_trades for one in found),
        sum(one.n_won for one in found),
        sum(one.total_r for one in found),
    )


def _sum(figures: list[float | None]) -> float | None:
    known = [one for one in figures if one is not None]
    return sum(known) if known else None


def _as_of(prices: Iterable[Newest]) -> datetime | None:
    newest = max((one.close_ts for one in prices), default=None)
    return None if newest is None else datetime.fromtimestamp(newest, UTC)
