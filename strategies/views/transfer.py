"""Strategies and trades in and out as files: flat JSON and CSV."""

import csv
import json
import uuid
from collections.abc import Iterable, Iterator

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify

from accounts.ownership import AuthenticatedRequest
from strategies.engine.errors import StrategyError
from strategies.models import Run, Strategy, Trade
from strategies.packs.library import exported
from strategies.record.part import Values
from strategies.runs.trade_sizes import Beside, Sizing
from strategies.saving.changes import create_strategy
from trader.api.json_text import JsonError, read_json
from trader.work.instants import iso

MAX_FILE_BYTES = 256 * 1024
CSV_COLUMNS = (
    "number",
    "segment",
    "direction",
    "entry_fill_ts",
    "entry_price",
    "exit_fill_ts",
    "exit_price",
    "exit_reason",
    "initial_stop_price",
    "stop_price",
    "target_price",
    "risk",
    "pnl",
    "r_multiple",
    "r_multiple_gross",
    "mae_r",
    "mfe_r",
    "bars_held",
    "hold_seconds",
    "entry_trigger",
    "exit_trigger",
    "ambiguous",
    "hifi_resolved",
    "exec_type",
    "stop_exec_type",
    "target_exec_type",
    "confluence_records",
)
# Made for each trade, behind its columns.
CSV_BESIDE = Beside._fields


class Echo:
    """A file that hands every line back, so that a long table needs no memory."""

    def write(self, value: str) -> str:
        return value


class ImportForm(forms.Form):
    file = forms.FileField(
        label="Strategy file (JSON)",
        help_text="The flat record; packs it brings along become yours.",
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": "application/json,.json"}
        ),
    )


@login_required
def strategy_trades(request: AuthenticatedRequest, pk: int) -> StreamingHttpResponse:
    strategy = get_object_or_404(Strategy.objects.shown_to(request.user), pk=pk)
    trades = strategy.trades.order_by("number")
    sizing = Sizing.of(strategy.current_run.config if strategy.current_run else {})
    return _csv(slugify(strategy.name) or "strategy", trades, sizing)


@login_required
def run_trades_csv(request: AuthenticatedRequest, code: uuid.UUID) -> StreamingHttpResponse:
    run = get_object_or_404(Run.objects.for_user(request.user), code=code)
    trades = run.trades.order_by("number")
    return _csv(f"backtest-{run.symbol}-{run.timeframe}", trades, Sizing.of(run.config))


def _csv(name: str, trades: QuerySet[Trade], sizing: Sizing) -> StreamingHttpResponse:
    lines = _lines(trades.iterator(1000), sizing)
    response = StreamingHttpResponse(lines, content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}-trades.csv"'
    return response


def _lines(trades: Iterable[Trade], sizing: Sizing) -> Iterator[str]:
    """In the order in which they were traded, so that R adds up line by line."""
    writer = csv.writer(Echo())
    yield writer.writerow((*CSV_COLUMNS, *CSV_BESIDE))
    total = 0.0
    for trade in trades:
        total += (trade.r_multiple or 0.0) if trade.is_counted else 0.0
        made = (
            sizing.shares(trade.risk),
            sizing.amount(trade.pnl, trade.risk),
            total if trade.is_counted else None,
        )
        yield writer.writerow([*(_cell(trade, name) for name in CSV_COLUMNS), *made])


def _cell(trade: Trade, name: str) -> object:
    value: object = getattr(trade, name)
    if name.endswith("_ts"):
        return iso(value) if isinstance(value, int) else ""
    if isinstance(value, list):
        return " + ".join(value)
    return "" if value is None else value


@login_required
def strategy_export(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The flat record with the packs it reads: `manage.py backtest` and import take it."""
    strategy = get_object_or_404(Strategy.objects.shown_to(request.user), pk=pk)
    body = json.dumps(exported(strategy), indent=1, ensure_ascii=False)
    response = HttpResponse(body, content_type="application/json")
    name = slugify(strategy.name) or "strategy"
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@login_required
def strategy_import(request: AuthenticatedRequest) -> HttpResponse:
    """Create a strategy from a file; every fault is named by its field."""
    form = ImportForm(request.POST or None, request.FILES or None)
    faults: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            saved = create_strategy(
                request.user, _record_of(form.cleaned_data["file"]), keeps_unknown=True
            )
        except StrategyError as error:
            faults = error.errors
        else:
            for warning in saved.warnings:
                messages.warning(request, warning)
            messages.success(request, saved.announcement)
            return redirect(saved.strategy)
    context = {"form": form, "faults": faults}
    return render(request, "strategies/import.html", context, status=422 if faults else 200)


def _record_of(file: "UploadedFile[bytes]") -> Values:
    if (file.size or 0) > MAX_FILE_BYTES:
        raise StrategyError([("file", f"The file is larger than {MAX_FILE_BYTES // 1024} KB.")])
    try:
        record = read_json(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise StrategyError([("file", f"This is not JSON: {error}")]) from error
    except JsonError as error:
        raise StrategyError([(error.field or "file", error.message)]) from error
    if not isinstance(record, dict):
        raise StrategyError([("file", "The file must hold one strategy as a JSON object.")])
    return record
