"""The explanations of one look's entries and exits, and the bars before it that they speak of."""

import structlog

from alerts.models.documents import AlertDetails
from alerts.monitor.decide import NS, Leg
from alerts.monitor.group_bars import bars_before
from alerts.monitor.legs import Position
from alerts.monitor.look import Look
from alerts.monitor.telling.causes import Told
from strategies.engine.program.advance import Advance
from strategies.engine.types import Bars
from trader.work.trouble import PASSING_TROUBLE

log = structlog.get_logger(__name__)


class Explanations:
    """What one look explains: its bars before are read once, and only when something fired."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._found: Bars | None = None

    def of(self, advance: Advance, leg: Leg[Position]) -> AlertDetails:
        """Why it fired, in words. They never keep an alert back: without them it says less."""
        try:
            earlier = self._earlier(advance)
            return Told(advance, leg, earlier, self._look.series.price_decimals).details()
        except PASSING_TROUBLE:
            raise
        except Exception:  # The order must go out all the same.
            log.exception("explanation_failed", group=self._look.group.pk)
            return {}

    def _earlier(self, advance: Advance) -> Bars:
        """The bars before those looked at; none where these begin with the first of all."""
        if not advance.offset:
            return advance.bars.take(slice(0, 0))
        if self._found is None:
            self._found = bars_before(self._look, int(advance.bars.start_ns[0]) // NS)
        return self._found
