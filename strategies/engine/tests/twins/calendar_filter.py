"""Calendar Filter, written from its definition, over plain dates and times."""

from datetime import date, datetime, time, timedelta

from strategies.engine.indicators.event_calendar import fomc_statements, jobs_reports, option_expiry


def twin(bars, parameters):
    avoids_fomc, avoids_expiry, avoids_jobs, minutes = parameters
    timed = []
    if avoids_fomc:
        timed += [datetime.combine(d, time(m // 60, m % 60)) for d, m in fomc_statements()]
    if avoids_jobs:
        timed += [datetime.combine(d, time(8, 30)) for d in jobs_reports()]
    buffer, names = timedelta(minutes=minutes), []
    for day, minute, ns in zip(*(c.tolist() for c in _clock(bars)), strict=True):
        on = date.fromordinal(day)
        start = datetime.combine(on, time(minute // 60, minute % 60))
        start += timedelta(microseconds=ns % (60 * 10**9) / 1000)
        near = any(event - buffer <= start <= event + buffer for event in timed)
        expires = avoids_expiry and on == option_expiry(on.year, on.month)
        names.append("BLOCKED" if near or expires else "CLEAR")
    return [], names, [0] * bars.n


def _clock(bars):
    return bars.day, bars.minute, bars.start_ns
