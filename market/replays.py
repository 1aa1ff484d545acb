"""Asking for a recorded day to be played again; a running feed picks the request up."""

from datetime import date

import numpy as np
from django.db import transaction
from django.utils import timezone

from accounts.events import publish
from accounts.models import User
from market import calendar, catalogue, eastern
from market.arrays import RawBars
from market.errors import BarsError
from market.models import DataVersion, Replay
from market.store.reading import read_cached, read_raw

MAX_RUNNING = 2
MAX_HISTORY_DAYS = 60
MAX_SPEED = 36_000.0


def start_replay(
    user: User,
    dataset: str,
    symbol: str,
    day: date,
    speed: float = 60.0,
    history_days: int = 10,
) -> Replay:
    """Request a replay of one day. Raises BarsError when it can't be played."""
    if not catalogue.may_see(user, dataset):
        raise BarsError(f"there is no data source {dataset!r}")
    _check_speed(speed)
    if not 0 <= history_days <= MAX_HISTORY_DAYS:
        raise BarsError(f"history must be 0 to {MAX_HISTORY_DAYS} days")
    n_bars = day_bars(dataset, symbol, day).n
    if not n_bars:
        raise BarsError(f"{dataset} has no one-minute bars of {symbol} on {day.isoformat()}")
    with transaction.atomic():
        # The user's row is the lock under which two requests at once are counted.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if Replay.objects.for_user(user).to_play().count() >= MAX_RUNNING:
            raise BarsError(f"{MAX_RUNNING} replays are running; cancel one or wait for its end")
        replay: Replay = Replay.objects.create(
            user=user,
            dataset=dataset,
            symbol=symbol,
            day=day,
            speed=speed,
            history_days=history_days,
            n_bars=n_bars,
        )
        publish_progress(replay)
    return replay


def cancel_replay(replay: Replay) -> Replay:
    """Stop a replay: at once when no feed has begun it, else at the feed's next step."""
    with transaction.atomic():
        current = _locked(replay)
        if not current.is_over:
            current.cancel_requested = True
            if current.status == Replay.Status.REQUESTED:
                current.status = Replay.Status.CANCELLED
                current.finished_at = timezone.now()
            current.save(update_fields=["cancel_requested", "status", "finished_at"])
            publish_progress(current)
    return current


MAX_STEPS = 60


def pause_replay(replay: Replay, *, is_paused: bool) -> None:
    """Hold it at the minute it has come to, or let it go on."""
    _change(replay, is_paused=is_paused, n_steps=0)


def step_replay(replay: Replay, n_minutes: int = 1) -> None:
    """Play so many more minutes of a replay that is paused; one that runs is paused first."""
    with transaction.atomic():
        current = _locked(replay)
        n_steps = min(current.n_steps + n_minutes, MAX_STEPS) if current.is_paused else 0
        _change(current, is_paused=True, n_steps=n_steps)


def set_speed(replay: Replay, speed: float) -> None:
    """From the next minute on. Raises BarsError for one that no replay has."""
    _check_speed(speed)
    _change(replay, speed=speed)


def _change(replay: Replay, **values: object) -> None:
    """Nothing once it is over."""
    with transaction.atomic():
        current = _locked(replay)
        if current.is_over:
            return
        for name, value in values.items():
            setattr(current, name, value)
        current.save(update_fields=list(values))
        publish_progress(current)


def _locked(replay: Replay) -> Replay:
    row: Replay = Replay.objects.select_for_update(no_key=True).get(pk=replay.pk)
    return row


def _check_speed(speed: float) -> None:
    if not 0 <= speed <= MAX_SPEED:
        raise BarsError(f"the speed must lie between 0 and {MAX_SPEED:,.0f} times real time")


def publish_progress(replay: Replay) -> None:
    """Tell the owner; inside the transaction of the change."""
    publish(replay.user_id, "system.health", {"replay": as_json(replay)})


def as_json(replay: Replay) -> dict[str, object]:
    return {
        "code": str(replay.code),
        "source": replay.source,
        "symbol": replay.symbol,
        "day": replay.day.isoformat(),
        "speed": replay.speed,
        "is_paused": replay.is_paused,
        "status": str(replay.status),
        "progress": round(replay.progress, 4),
        "n_bars": replay.n_bars,
        "n_played": replay.n_played,
        "error": replay.error,
    }


def days_to_replay(dataset: str, symbol: str) -> list[date]:
    """Dates on which a series has minutes, newest first; for the picker."""
    known = DataVersion.objects.filter(source=dataset, symbol=symbol, timeframe="1Min").first()
    if known is None:
        return []
    raw = read_cached(dataset, symbol, "1Min", known.first_ts, known.last_ts + 1)
    days = [date.fromordinal(int(d)) for d in np.unique(eastern.ordinals(raw.start_ts))]
    return [day for day in reversed(days) if calendar.is_exchange_date(day)]


def day_bars(dataset: str, symbol: str, day: date) -> RawBars:
    """The minutes of one Eastern date."""
    start = eastern.midnight(day.toordinal())
    return read_raw(dataset, symbol, "1Min", start, eastern.midnight(day.toordinal() + 1))


def history_before(replay: Replay) -> RawBars:
    """Minutes of the last `history_days` recorded dates before the replayed one."""
    end = eastern.midnight(replay.day.toordinal())
    # Recorded dates may lie months apart; the picker's list finds them.
    dates = [d for d in days_to_replay(replay.dataset, replay.symbol) if d < replay.day]
    wanted = dates[: replay.history_days]
    if not wanted:
        return read_raw(replay.dataset, replay.symbol, "1Min", end, end)
    start = eastern.midnight(wanted[-1].toordinal())
    return read_cached(replay.dataset, replay.symbol, "1Min", start, end)
