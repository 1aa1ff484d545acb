"""How the messages of an endpoint are treated: a row for each profile, which all else reads.

An order is worth something for seconds; a record is to arrive some day. The models take
their choices from here, so a new profile is a new row and no migration.
"""

from typing import NamedTuple

ORDER = "order"
RECORD = "record"
# What fits into the columns that hold a name.
MAX_NAME_LENGTH = 10


class Profile(NamedTuple):
    name: str
    label: str
    # For one request, from looking the name up to the answer.
    timeout_seconds: float
    # Sent even when its sender has less time left than that; else the next sender takes it.
    is_urgent: bool
    # Messages are stale after their endpoint's time to live. An entry then expires; an exit goes
    # on until its session closes, marked late; sending a stale one again must be confirmed.
    has_ttl: bool
    # Messages of one strategy leave in their order, one at a time.
    is_in_sequence: bool
    # Between the tries. With a time to live they are counted from the first due moment and the
    # last one repeats; without, they are counted from each failure and end with the last one.
    pauses_seconds: tuple[float, ...]
    # What chance adds to a pause, at least and at most, as a fraction of it.
    jitter_fractions: tuple[float, float]
    # Without a success for so many days an endpoint is disabled.
    disabled_after_days: int
    counts_weekdays_only: bool


PROFILES = {
    row.name: row
    for row in (
        Profile(
            ORDER,
            "Orders",
            timeout_seconds=10.0,
            is_urgent=True,
            has_ttl=True,
            is_in_sequence=True,
            pauses_seconds=(2, 3, 5, 10, 20, 40, 80, 160),
            jitter_fractions=(0.0, 0.1),
            disabled_after_days=3,
            counts_weekdays_only=True,
        ),
        # The schedule of Standard Webhooks.
        Profile(
            RECORD,
            "Record keeping",
            timeout_seconds=15.0,
            is_urgent=False,
            has_ttl=False,
            is_in_sequence=False,
            pauses_seconds=(5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400),
            jitter_fractions=(-0.2, 0.2),
            disabled_after_days=5,
            counts_weekdays_only=False,
        ),
    )
}


def choices() -> list[tuple[str, str]]:
    """Name and label of each. Migrations name this function: it must not move."""
    return [(row.name, row.label) for row in PROFILES.values()]


def with_ttl() -> list[str]:
    """The names of those whose messages get stale."""
    return [row.name for row in PROFILES.values() if row.has_ttl]


def startable_within(seconds: float) -> list[str]:
    """The names of those whose messages a sender begins with that much time left."""
    rows = PROFILES.values()
    return [row.name for row in rows if row.is_urgent or row.timeout_seconds <= seconds]


def longest_timeout_seconds() -> float:
    return max(row.timeout_seconds for row in PROFILES.values())
