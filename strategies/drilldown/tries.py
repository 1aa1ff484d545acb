"""What a drill-down has tried, for the ledger of its owner."""

from strategies import ledger
from strategies.engine.evidence.luck import Luck
from strategies.engine.types import Bars
from strategies.ledger.trials import Window
from strategies.models import Drilldown, Trial
from strategies.record.sameness import deciding_part, digest, pack_fingerprint
from strategies.record.shape import Unread

NS = 1_000_000_000


class Tries:
    """Counted by `luck` as they come, over these bars."""

    def __init__(self, luck: Luck, bars: Bars) -> None:
        self.luck = luck
        self.window = Window(int(bars.start_ns[0]) // NS, int(bars.start_ns[-1]) // NS)

    def count(self, row: Drilldown) -> None:
        """Nothing where nothing was tried."""
        luck = self.luck
        if not luck.n_tried:
            return
        ledger.record_search(
            row.user,
            kind=Trial.Kind.AUTO_SEARCH if row.is_search else Trial.Kind.TAB,
            spec_digest=spec_digest(row),
            source=row.data_source,
            symbols=[row.symbol],
            window=self.window,
            dates_digest=luck.digest,
            n_dates=luck.n_dates,
            n_tried=luck.n_tried,
            maxima=luck.maxima.tolist() if luck.n_in_maximum else [],
            best=luck.best if luck.n_in_maximum else None,
        )


def spec_digest(row: Drilldown) -> str:
    """What was varied, in what: costs, sizes and the window make no other question of it."""
    record, packs = row.recorded()
    plain: Unread = record if row.has_base else {**record, "entry_trigger_confluence_id": ""}
    used = {str(pack["id"]): pack_fingerprint(pack) for pack in packs}
    changes = [choice["change"] for choice in row.choices]
    return digest([row.tab, row.depth, deciding_part(plain), used, changes])
