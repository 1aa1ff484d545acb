"""Market time as pages follow it: the clocks of the feeds that everybody may read.

A clock that has moved says that a bar has closed. It is told as it stands, without a number of the
sequence and only to sockets that ask for it: whoever misses one is told the next.
"""

from collections.abc import Callable

from channels.db import database_sync_to_async

# Market time by source, epoch seconds.
Clocks = dict[str, int]
# Who knows them; composed at start-up by the project.
readers: list[Callable[[], Clocks]] = []


@database_sync_to_async  # type: ignore[untyped-decorator,unused-ignore]
def read_clocks() -> Clocks:
    return {source: now_ts for read in readers for source, now_ts in read().items()}


def as_message(source: str, now_ts: int) -> dict[str, object]:
    return {"type": "clock", "source": source, "now_ts": now_ts}
