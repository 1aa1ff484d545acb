"""What a response says about the caller's remaining requests."""

from typing import NamedTuple


class RateLimit(NamedTuple):
    allowed: int
    remaining: int
    reset_ts: int
