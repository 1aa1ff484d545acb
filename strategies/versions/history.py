"""The History of a strategy: its versions in pages, and all of them as a table."""

import csv
import io
from collections.abc import Iterator

from django.core.paginator import Paginator

from accounts.models import User
from strategies.models import Strategy, StrategyVersion
from strategies.packs.names import PackNames
from strategies.runs.display import Context
from strategies.versions.shown import ShownVersion, shown_versions, with_results
from strategies.words.spreadsheet import safe_cell
from trader.work.instants import iso

PER_PAGE = 20
MOST_IN_FILE = 2_000
CSV_KPIS = ("total_trades", "win_rate", "profit_factor", "total_r", "max_r_drawdown")
CSV_HEAD = (
    *("version", "saved_at", "market_time", "by", "kind", "changed"),
    *("engine_version", "first_bar", "last_bar", *CSV_KPIS),
)


def history_context(
    strategy: Strategy, names: PackNames, reader: User, page_text: str | None
) -> Context:
    """One page of its versions; three queries, however many there are."""
    rows = with_results(StrategyVersion.objects.filter(strategy=strategy).order_by("-number"))
    page = Paginator(rows, PER_PAGE).get_page(page_text)
    # One more than is shown: what the last of the page changed is said against it.
    first = (page.number - 1) * PER_PAGE
    found = list(rows[first : first + PER_PAGE + 1])
    before = found[PER_PAGE] if len(found) > PER_PAGE else None
    shown = shown_versions(found[:PER_PAGE], strategy, names, reader, before)
    return {"versions": shown, "page": page}


def history_csv(strategy: Strategy, names: PackNames, reader: User) -> str:
    """A line for each version, the newest first."""
    rows = with_results(StrategyVersion.objects.filter(strategy=strategy).order_by("-number"))
    shown = shown_versions(list(rows[:MOST_IN_FILE]), strategy, names, reader)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(CSV_HEAD)
    writer.writerows(list(_cells(one)) for one in shown)
    return file.getvalue()


def _cells(one: ShownVersion) -> Iterator[str]:
    version, result = one.version, one.result
    yield str(version.number)
    yield iso(version.created_at, "seconds")
    yield iso(version.market_ts)
    yield safe_cell(str(version.author or ""))
    yield version.kind
    yield safe_cell("; ".join(f"{d.label}: {d.before} → {d.after}" for d in one.differences))
    yield from (
        (result.engine_version, result.first_bar or "", result.last_bar or "")
        if result
        else (*("", "", ""),)
    )
    for key in CSV_KPIS:
        value = result.kpis.get(key) if result else None
        yield repr(value) if isinstance(value, int | float) else ""
