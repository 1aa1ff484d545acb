"""When to try again, by the figures of the endpoint's profile; without a database or a clock.

With a time to live the pauses are counted from the moment a message was first due, and its tries
end at its deadline: for an entry the time to live, for an exit the end of the session. Without one
they end with the last pause.
"""

import random
from datetime import datetime, timedelta
from typing import NamedTuple

from webhooks.profiles import Profile

LONGEST_EXIT_PAUSE_SECONDS = 60
MIN_PAUSE = timedelta(seconds=1)
# An exit whose session never closes (24/7) is given up after this.
MAX_EXIT_AGE = timedelta(hours=24)
MAX_CLIENT_ERRORS = 2


class Retry(NamedTuple):
    """When to try again, or None with the reason for stopping."""

    at: datetime | None
    reason: str = ""


class Situation(NamedTuple):
    """What a decision about the next try depends on. `n_attempts` counts the one that failed."""

    profile: Profile
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
    has_ttl = situation.profile.has_ttl
    if situation.is_test:
        return Retry(None, "a test is tried once")
    # An exit goes on: a name may lead astray for a minute only, and each dial vets it again.
    if situation.is_permanent and not (situation.is_exit and has_ttl):
        return Retry(None, "the address is not allowed")
    if situation.status == 410:
        return Retry(None, "the receiver answered 410 Gone")
    return (_until_deadline if has_ttl else _until_last_pause)(situation, now, rng)


def _until_deadline(situation: Situation, now: datetime, rng: random.Random) -> Retry:
    # An exit goes on: the position is still open, and the receiver may be mended in time.
    if situation.n_client_errors >= MAX_CLIENT_ERRORS and not situation.is_exit:
        return Retry(None, f"the receiver refused it twice (last answer {situation.status})")
    pauses = [_pause_seconds(situation, n) for n in range(1, situation.n_attempts + 1)]
    planned = situation.first_due_at + timedelta(seconds=sum(pauses))
    pause = pauses[-1]
    jitter = timedelta(seconds=pause * rng.uniform(*situation.profile.jitter_fractions))
    at = max(planned, now + MIN_PAUSE) + jitter
    at = max(at, _asked_for(situation, now, pause))
    # Past the deadline nothing is sent; the row wakes up there to be marked as expired.
    return Retry(min(at, situation.deadline) if situation.deadline else at)


def _pause_seconds(situation: Situation, n_attempts: int) -> float:
    """From try `n_attempts` to the next; the last pause repeats until the deadline."""
    pauses = situation.profile.pauses_seconds
    pause = pauses[min(n_attempts, len(pauses)) - 1]
    return min(pause, LONGEST_EXIT_PAUSE_SECONDS) if situation.is_exit else pause


def _until_last_pause(situation: Situation, now: datetime, rng: random.Random) -> Retry:
    pauses = situation.profile.pauses_seconds
    if situation.n_attempts > len(pauses):
        return Retry(None, f"all {situation.n_attempts} tries failed")
    pause = pauses[situation.n_attempts - 1]
    jitter = rng.uniform(*situation.profile.jitter_fractions)
    at = now + timedelta(seconds=pause * (1 + jitter))
    return Retry(max(at, _asked_for(situation, now, pause)))


def _asked_for(situation: Situation, now: datetime, pause: float) -> datetime:
    """The pause a receiver asks for with 429 or 503, within once and twice the usual one."""
    if situation.status not in (429, 503) or situation.retry_after_seconds is None:
        return now
    return now + timedelta(seconds=min(max(situation.retry_after_seconds, pause), 2 * pause))
