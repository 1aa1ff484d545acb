"""All that is known of a strategy as files, written line by line however many trades it has."""

import csv
import json
from collections.abc import Iterable, Iterator

from strategies.models import Strategy, Trade
from strategies.models.documents import RunResult
from strategies.packs.library import exported
from strategies.trust.queue import check_of
from trader.work.instants import iso

FORMAT = 1
BATCH = 1000
TRADE_FIELDS = tuple(
    field.attname
    for field in Trade._meta.concrete_fields
    if field.attname not in ("id", "user_id", "run_id", "strategy_id")
)
SLICE_KINDS = ("states", "hours", "weekdays", "holding", "volatility")
ENDS = ("low", "high", "family_low", "family_high")


class Echo:
    """A file that hands every line back, so that a long table needs no memory."""

    def write(self, value: str) -> str:
        return value


def everything(strategy: Strategy) -> Iterator[str]:
    """One JSON object: record, run, result, checks, and its trades one by one."""
    run = strategy.current_run
    check = check_of(run)
    head = {
        "format": FORMAT,
        "strategy": exported(strategy),
        "run": None
        if run is None
        else {
            "engine_version": run.engine_version,
            "data_source": run.data_source,
            "data_version": run.data_version,
            "window_start": iso(run.window_start_ts),
        },
        "result": {} if run is None else run.result,
        "trust": {} if check is None else check.result,
    }
    yield f'{json.dumps(head, allow_nan=False)[:-1]}, "trades": ['
    rows = Trade.objects.none() if run is None else run.trades.order_by("number")
    joint = ""
    for values in rows.values(*TRADE_FIELDS).iterator(BATCH):
        yield f"{joint}{json.dumps(_with_instants(values), allow_nan=False)}"
        joint = ",\n"
    yield "]}\n"


def _with_instants(values: dict[str, object]) -> dict[str, object]:
    return {
        name: iso(value) if name.endswith("_ts") and isinstance(value, int) else value
        for name, value in values.items()
    }


def curve_lines(strategy: Strategy) -> Iterator[str]:
    """Every point of the curve."""
    curve = _result(strategy).get("equity")
    times, values = (curve["exit_times"], curve["cumulative_r"]) if curve else ([], [])
    rows = zip(range(1, len(times) + 1), map(iso, times), values, strict=True)
    return _csv(("trade", "exit_fill_ts", "cumulative_r"), rows)


def figure_lines(strategy: Strategy) -> Iterator[str]:
    result = _result(strategy)
    values = {**result.get("kpis", {}), **result.get("kpis_extended", {})}
    return _csv(("figure", "value"), ((name, _cell(one)) for name, one in values.items()))


def slice_lines(strategy: Strategy) -> Iterator[str]:
    """The slices of both families with their intervals; empty where there is none."""
    found: dict[str, dict[str, dict[str, object]]] = dict(_result(strategy).get("earning", {}))  # type: ignore[arg-type]
    head = ("kind", "slice", "n", "n_dates", "win_rate", "mean_r", "total_r", *ENDS)
    rows = (
        (kind, name, *_slice_cells(one))
        for kind in SLICE_KINDS
        for name, one in found.get(kind, {}).items()
    )
    return _csv(head, rows)


def _slice_cells(one: dict[str, object]) -> list[object]:
    interval = one.get("interval")
    ends = interval if isinstance(interval, dict) else {}
    figures = [one[name] for name in ("n", "n_dates", "win_rate", "mean_r", "total_r")]
    return [*figures, *(ends.get(end, "") for end in ENDS)]


FILES = {"curve": curve_lines, "figures": figure_lines, "slices": slice_lines}


def _result(strategy: Strategy) -> RunResult:
    result: RunResult = strategy.current_run.result if strategy.current_run else {}
    return result


def _csv(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(head)
    for row in rows:
        yield writer.writerow(row)


def _cell(value: object) -> object:
    return "" if value is None else value
