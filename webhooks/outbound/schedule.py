"""When to try again: the two retry profiles, as numbers without a database or a clock.

An order signal is worth something for seconds. Its steps are counted from the moment it was
first due, jitter only adds, and it ends at its deadline: for an entry the time to live, for an
exit the end of the session. A record follows the schedule of Standard Webhooks.
"""

import random
from datetime import datetime, timedelta
from typing import NamedTuple

ORDER_OFFSETS_SECONDS = (0, 2, 5, 10, 20, 40, 80, 160)
EXIT_STEP_SECONDS = 60
RECORD_STEPS_SECONDS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
ORDER_JITTER_FRACTION = 0.1
RECORD_JITTER_FRACTION = 0.2
MIN_PAUSE = timedelta(seconds=1)
# An exit whose session never closes (24/7) is given up after this.
MAX_EXIT_AGE = timedelta(hours=24)
ORDER_TIMEOUT_SECONDS = 10.0
RECORD_TIMEOUT_SECONDS = 15.0
MAX_CLIENT_ERRORS = 2


class Retry(NamedTuple):
    """When to try again, or None with the reason for stopping."""

    at: datetime | None
    reason: str = ""


class Situation(NamedTuple):
    """What a decision about the next try depends on. `n_attempts` counts the one that failed."""

    is_order: bool
    is_exit: bool
    is_test: bool
    first_due_at: datetime
    deadline: datetime | None
    n_attempts: int
    n_client_errors: int
    status: int | None
    is_permanent: bool
    retry_after_seconds: float | None


def after_failure(situation: Situation, now: datetime, rng: random.Random | None = None) -> Retry:
    rng = rng or random.Random()
    if situation.is_test:
        return Retry(None, "a test is tried once")
    # An exit goes on: a name may lead astray for a minute only, and each dial vets it again.
    if situation.is_permanent and not (situation.is_exit and situation.is_order):
        return Retry(None, "the address is not allowed")
    if situation.status == 410:
        return Retry(None, "the receiver answered 410 Gone")
    if situation.is_order:
        return _order_retry(situation, now, rng)
    return _record_retry(situation, now, rng)


def _order_retry(situation: Situation, now: datetime, rng: random.Random) -> Retry:
    # An exit goes on: the position is still open, and the receiver may be mended in time.
    if situation.n_client_errors >= MAX_CLIENT_ERRORS and not situation.is_exit:
        return Retry(None, f"the receiver refused it twice (last answer {situation.status})")
    step = order_step_seconds(situation.n_attempts, situation.is_exit)
    planned = situation.first_due_at + timedelta(
        seconds=order_offset_seconds(situation.n_attempts, situation.is_exit)
    )
    jitter = timedelta(seconds=step * rng.uniform(0, ORDER_JITTER_FRACTION))
    at = max(planned, now + MIN_PAUSE) + jitter
    at = max(at, _asked_for(situation, now, step))
    # Past the deadline nothing is sent; the row wakes up there to be marked as expired.
    return Retry(min(at, situation.deadline) if situation.deadline else at)


def _record_retry(situation: Situation, now: datetime, rng: random.Random) -> Retry:
    index = situation.n_attempts - 1
    if index >= len(RECORD_STEPS_SECONDS):
        return Retry(None, f"all {situation.n_attempts} tries failed")
    step = RECORD_STEPS_SECONDS[index]
    jitter = rng.uniform(-RECORD_JITTER_FRACTION, RECORD_JITTER_FRACTION)
    at = now + timedelta(seconds=step * (1 + jitter))
    return Retry(max(at, _asked_for(situation, now, step)))


def _asked_for(situation: Situation, now: datetime, step: float) -> datetime:
    """The pause a receiver asks for with 429 or 503, within once and twice the usual step."""
    if situation.status not in (429, 503) or situation.retry_after_seconds is None:
        return now
    return now + timedelta(seconds=min(max(situation.retry_after_seconds, step), 2 * step))


def order_offset_seconds(n_attempts: int, is_exit: bool) -> float:
    """Seconds after the first due moment at which try number `n_attempts + 1` is planned."""
    return sum(order_step_seconds(n, is_exit) for n in range(1, n_attempts + 1))


def order_step_seconds(n_attempts: int, is_exit: bool) -> float:
    """Seconds from try `n_attempts` to the next; the last step repeats until the deadline."""
    if n_attempts < len(ORDER_OFFSETS_SECONDS):
        step = ORDER_OFFSETS_SECONDS[n_attempts] - ORDER_OFFSETS_SECONDS[n_attempts - 1]
    else:
        step = ORDER_OFFSETS_SECONDS[-1]
    return min(step, EXIT_STEP_SECONDS) if is_exit else step
