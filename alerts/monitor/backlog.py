"""Whether the evaluation of a source is too far behind for an accelerated feed to go on."""

from django.db.models import Min

from alerts.models import EvaluationGroup
from market.models import DataVersion

MAX_BEHIND_SECONDS = 300


def is_behind(source: str) -> bool:
    """Two small queries; False for a source that nobody monitors."""
    groups = EvaluationGroup.objects.active().filter(data_source=source).order_by()
    seen = dict(groups.values_list("symbol").annotate(Min("seen_minute_ts")))
    if not seen:
        return False
    series = DataVersion.objects.filter(source=source, timeframe="1Min", symbol__in=seen)
    newest = dict(series.values_list("symbol", "last_ts"))
    return any(newest.get(symbol, 0) - ts > MAX_BEHIND_SECONDS for symbol, ts in seen.items())
