"""The chart of a preview: stored compressed beside its result, served stretch by stretch."""

import json
import zlib

from accounts.models import UserSettings
from market.prices import decimals_of
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import PackPreview
from strategies.models.documents import DrawnOverlay
from strategies.packs.plots import painted, style_of
from strategies.previews.documents import ChartDocument
from strategies.previews.entries import PREVIEW_ID

# Bars of one answer.
PAGE_BARS = 4_000


def packed(chart: ChartDocument) -> bytes:
    return zlib.compress(json.dumps(chart, separators=(",", ":"), allow_nan=False).encode())


def unpacked(preview: PackPreview) -> ChartDocument:
    content: ChartDocument = json.loads(zlib.decompress(bytes(preview.chart)))
    return content


def chart_of(preview: PackPreview, before: int | None) -> dict[str, object]:
    """A stretch of the chart, the newest or the one before an instant, as price charts take it."""
    if not preview.chart:
        return {"bars": [], "overlays": [], "markers": [], "trades": []}
    content = unpacked(preview)
    bars = content["bars"]
    end = len(bars) if before is None else sum(bar[0] < before for bar in bars)
    begin = max(0, end - PAGE_BARS)
    shown = bars[begin:end]
    first, last = (shown[0][0], shown[-1][0]) if shown else (0, 0)
    settings = UserSettings.objects.filter(user=preview.user_id).first()
    return {
        "bars": shown,
        "overlays": _lines(preview, content, slice(begin, end)),
        "states": content["states"],
        "codes": content["codes"][begin:end],
        "markers": [one for one in content["markers"] if first <= one["ts"] <= last],
        "trades": [
            one for one in content["trades"] if one["exit_ts"] >= first and one["entry_ts"] <= last
        ],
        "has_more": begin > 0,
        "first_ts": first or None,
        "oldest_ts": bars[0][0] if bars else None,
        "is_truncated": content["is_truncated"] and begin == 0,
        "decimals": decimals_of(preview.symbol),
        "timezone": settings.display_timezone if settings else "US/Eastern",
    }


def _lines(preview: PackPreview, content: ChartDocument, kept: slice) -> list[DrawnOverlay]:
    """In the colours the pack has now."""
    pairs = zip(content["overlays"], content["columns"], strict=True)
    lines: list[DrawnOverlay] = [{**line, "values": column[kept]} for line, column in pairs]
    style = style_of(TEMPLATES[preview.base_template], preview.pack.plot_settings)
    return painted(lines, {PREVIEW_ID: style})
