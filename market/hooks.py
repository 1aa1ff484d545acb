"""Where rooms above are told about the market; composed at start-up by the project.

A call is only a hint: the bars are rows by then, and whoever was not told finds them there.
"""

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

# Called after the commit that stored the bars: (source, symbols with a new bar).
on_bars_closed: list[Callable[[str, list[str]], None]] = []
# Asked before the next bars: is the evaluation of a source too far behind to go on?
is_behind: list[Callable[[str], bool]] = []


def announce(source: str, symbols: list[str]) -> None:
    """Tell everyone; a failing listener never stops the feed or the other listeners."""
    for callback in on_bars_closed:
        try:
            callback(source, symbols)
        except Exception:
            logger.exception("bars_closed listener failed", extra={"source": source})


def must_wait(source: str) -> bool:
    return any(ask(source) for ask in is_behind)
