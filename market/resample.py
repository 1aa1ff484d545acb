"""From stored minutes (or days) to the bars a strategy sees: the one way there.

Session filter first, then bars of the wanted length counted from the session's open. The
command line, backtests and the live monitor all come through `to_engine_bars`.
"""

import numpy as np

from market import calendar, eastern, gaps
from market.arrays import Bars, Bools, Int64s, RawBars
from market.errors import BarsError
from market.timeframes import DAY, TIMEFRAMES, Timeframe

NS = 1_000_000_000


def to_engine_bars(
    raw: RawBars,
    *,
    base_timeframe: str,
    timeframe: str,
    session: str,
    now_ts: int,
    after_ts: int | None = None,
) -> Bars:
    """Bars of `timeframe` within `session` that had closed by `now_ts`.

    `after_ts`: the close of the bar that comes before these, where there is one. Raises BarsError
    when `timeframe` can't be built from `base_timeframe`.
    """
    base, target = _pair(base_timeframe, timeframe)
    eastern.check_covered(raw.start_ts)
    bars = _formed(raw, base, target, session)
    first_day = bars.day.astype(np.int64)
    last_day = _periods(first_day, target, session).last_day if target.is_period else first_day
    missing = gaps.missing_before(raw.start_ts, first_day, last_day, after_ts)
    return _visible(bars._replace(missing_before=missing), now_ts)


def _formed(raw: RawBars, base: Timeframe, target: Timeframe, session: str) -> Bars:
    if not target.is_daily:
        return _intraday(raw, base, target, session)
    if base.is_period:
        return _from_periods(raw, base, session)
    bars = _from_days(raw, session) if base.is_daily else _to_days(raw, base, session)
    if target.is_period:
        bars = _to_periods(bars, target, session, is_delivered=base.is_daily)
    return bars


def newest_close(raw: RawBars, base_timeframe: str) -> int:
    """The close instant of the last row: 'now' of a file, where nothing later is known."""
    if not raw.n:
        return 0
    last = int(raw.start_ts[-1])
    base = TIMEFRAMES[base_timeframe]
    if base.is_period:
        days = _period_days(raw.start_ts[-1:], base)
        return eastern.midnight(int(_periods(days, base, calendar.ALWAYS).last_day[0]) + 1)
    if base.is_daily:
        return eastern.midnight(eastern.ordinal_of(last) + 1)
    return last + base.seconds


def period_ends(start_ts: Int64s, timeframe: Timeframe) -> Int64s:
    """For rows that come as weeks or months: the last date of the period each stands for."""
    days = _period_days(start_ts, timeframe)
    return _periods(days, timeframe, calendar.ALWAYS).last_day


def _pair(base_timeframe: str, timeframe: str) -> tuple[Timeframe, Timeframe]:
    for name in (base_timeframe, timeframe):
        if name not in TIMEFRAMES:
            raise BarsError(f"unknown timeframe {name!r}; choose one of {', '.join(TIMEFRAMES)}")
    base, target = TIMEFRAMES[base_timeframe], TIMEFRAMES[timeframe]
    if not target.can_be_built_from(base):
        raise BarsError(f"{timeframe} bars can't be built from {base_timeframe} bars")
    return base, target


def _visible(bars: Bars, now_ts: int) -> Bars:
    closed = bars.close_ns <= now_ts * NS
    return bars if closed.all() else bars.take(closed)


def _in_session(raw: RawBars, session: str) -> tuple[RawBars, Int64s, calendar.DayBounds]:
    """Bars that start inside the session, their Eastern dates and the bounds on each."""
    days, row = _days(raw.start_ts)
    bounds = calendar.day_bounds(days, session)
    opens, closes = bounds.open_ts[row], bounds.close_ts[row]
    is_session = bounds.is_session[row]
    if session == calendar.ALWAYS:
        return raw, days[row], calendar.DayBounds(is_session, opens, closes)
    inside = is_session & (raw.start_ts >= opens) & (raw.start_ts < closes)
    kept = calendar.DayBounds(is_session[inside], opens[inside], closes[inside])
    return raw.take(inside), days[row[inside]], kept


def _days(start_ts: Int64s) -> tuple[Int64s, Int64s]:
    """The distinct Eastern dates, and for each bar the row of its date."""
    ordinals = eastern.ordinals(start_ts)
    changed = np.ones(ordinals.shape, np.bool_)
    changed[1:] = ordinals[1:] != ordinals[:-1]
    return ordinals[changed], np.cumsum(changed) - 1


def _intraday(raw: RawBars, base: Timeframe, target: Timeframe, session: str) -> Bars:
    used, days, bounds = _in_session(raw, session)
    ends = _ends(used.start_ts, base, bounds)
    if base.seconds == target.seconds:
        return _engine_bars(used, ends, days, bounds)
    bucket = (used.start_ts - bounds.open_ts) // target.seconds
    starts = bounds.open_ts + bucket * target.seconds
    first = _first_of_group(starts)
    merged = _merge(used, first, starts[first])
    kept = bounds.take(first)
    closes = np.minimum(merged.start_ts + target.seconds, kept.close_ts)
    return _engine_bars(
        merged, np.maximum(closes, ends[_last_of_group(first, used.n)]), days[first], kept
    )


def _ends(start_ts: Int64s, base: Timeframe, bounds: calendar.DayBounds) -> Int64s:
    """When each base bar is complete.

    One that lies on the grid counted from the open ends with the session; one off the grid may
    hold prices from after its end, so it is not known before its own length is over.
    """
    own = start_ts + base.seconds
    is_on_grid = (start_ts - bounds.open_ts) % base.seconds == 0
    return np.where(is_on_grid, np.minimum(own, bounds.close_ts), own)


def _to_days(raw: RawBars, base: Timeframe, session: str) -> Bars:
    """One bar per date from the session's own minutes, known at the session's close."""
    used, days, bounds = _in_session(raw, session)
    first = _first_of_group(days)
    merged = _merge(used, first, eastern.instants(days[first], 0))
    kept = bounds.take(first)
    ends = _ends(used.start_ts, base, bounds)[_last_of_group(first, used.n)]
    return _engine_bars(merged, np.maximum(kept.close_ts, ends), days[first], kept)


def _from_days(raw: RawBars, session: str) -> Bars:
    """Bars that come as days: filtered by date only.

    They hold the regular session, so they are never known before it has closed.
    """
    days = eastern.ordinals(raw.start_ts)
    bounds = calendar.day_bounds(days, session)
    closes = bounds.close_ts
    if session != calendar.ALWAYS:
        closes = np.maximum(closes, calendar.day_bounds(days, "RTH").close_ts)
        keep = bounds.is_session
        kept = bounds.take(keep)
        return _engine_bars(raw.take(keep), closes[keep], days[keep], kept)
    return _engine_bars(raw, closes, days, bounds)


def _to_periods(days: Bars, target: Timeframe, session: str, *, is_delivered: bool) -> Bars:
    """Weeks or months from days, known at the close of their last exchange date.

    Start and close follow from the calendar alone, so a day without a bar moves neither.
    `is_delivered`: the days came as days and hold the regular session, whatever is asked for.
    """
    periods = _periods(days.day.astype(np.int64), target, session)
    first = _first_of_group(periods.last_day)
    last = _last_of_group(first, days.n)
    merged = _merge(
        RawBars(days.start_ns // NS, *days[2:7]),
        first,
        eastern.instants(periods.first_day[first], 0),
    )
    kept = calendar.Periods._make(column[first] for column in periods)
    known = days.close_ns[last] // NS
    if is_delivered:
        known = np.maximum(known, _regular_close(kept))
    mask = gaps.mask_of_days(days.day.astype(np.int64), days.date_mask, first, kept.first_day)
    return _period_bars(merged, kept, session, known)._replace(date_mask=mask)


def _from_periods(raw: RawBars, base: Timeframe, session: str) -> Bars:
    """Bars that come as weeks or months; they hold regular sessions, as days do."""
    periods = _periods(_period_days(raw.start_ts, base), base, session)
    mask = gaps.mask_of_spans(periods.first_day, periods.last_day)
    return _period_bars(raw, periods, session, _regular_close(periods))._replace(date_mask=mask)


def _regular_close(periods: calendar.Periods) -> Int64s:
    return calendar.day_bounds(periods.last_day, "RTH").close_ts


def _periods(days: Int64s, timeframe: Timeframe, session: str) -> calendar.Periods:
    return (calendar.weeks if timeframe.name == "1Week" else calendar.months)(days, session)


def _period_days(start_ts: Int64s, base: Timeframe) -> Int64s:
    """A date in the period that each row stands for: the first that had not closed at its start.

    So a row that is dated midnight UTC, the evening before in New York, is not known too early.
    """
    days = eastern.ordinals(start_ts)
    is_over = start_ts >= _regular_close(_periods(days, base, "RTH"))
    return np.where(is_over, _periods(days, base, calendar.ALWAYS).last_day + 1, days)


def _period_bars(raw: RawBars, periods: calendar.Periods, session: str, known_ts: Int64s) -> Bars:
    """Bars of whole periods; not known before `known_ts` nor the session's close of their end."""
    opening = calendar.day_bounds(periods.first_day, session)
    closing = calendar.day_bounds(periods.last_day, session)
    bounds = calendar.DayBounds(periods.has_session, opening.open_ts, closing.close_ts)
    closes = np.maximum(closing.close_ts, known_ts)
    return _engine_bars(raw, closes, periods.first_day, bounds)


def _first_of_group(keys: Int64s) -> Int64s:
    """Positions at which an ascending key changes."""
    changed: Bools = np.ones(keys.shape, np.bool_)
    changed[1:] = keys[1:] != keys[:-1]
    return np.flatnonzero(changed)


def _last_of_group(first: Int64s, n: int) -> Int64s:
    """Positions before which a key changes, and the last one."""
    return np.append(first[1:], n) - 1 if first.size else first


def _merge(raw: RawBars, first: Int64s, start_ts: Int64s) -> RawBars:
    """First open, highest high, lowest low, last close, summed volume of each group."""
    if not first.size:
        return raw
    return RawBars(
        start_ts,
        raw.open[first],
        np.maximum.reduceat(raw.high, first),
        np.minimum.reduceat(raw.low, first),
        raw.close[_last_of_group(first, raw.n)],
        np.add.reduceat(raw.volume, first),
    )


def _engine_bars(raw: RawBars, close_ts: Int64s, days: Int64s, bounds: calendar.DayBounds) -> Bars:
    local = eastern.local_seconds(raw.start_ts)
    return Bars(
        raw.start_ts * NS,
        close_ts * NS,
        raw.open,
        raw.high,
        raw.low,
        raw.close,
        raw.volume,
        days.astype(np.int32),
        (local % DAY // 60).astype(np.int32),
        bounds.open_ts * NS,
        bounds.close_ts * NS,
        ((days - 1) % 7).astype(np.int8),
        calendar.regular_close_minutes(days),
        np.zeros(days.size, np.int32),
        bounds.is_session.astype(np.int64),
    )
