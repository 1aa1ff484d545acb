"""The builder: its state lives in the address, its backtest in a run, saving in `saving`."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.ownership import AuthenticatedRequest
from strategies.builder.form import BuilderForm
from strategies.builder.offers import source_offers
from strategies.builder.protection import State
from strategies.builder.state import (
    default_state,
    query_of,
    state_of_query,
    state_of_record,
)
from strategies.checking import CheckedRecord, check_record
from strategies.engine.errors import StrategyError
from strategies.models import Pack, Strategy
from strategies.packs.names import PackNames
from strategies.record.lookback import estimated_bars, size_warning, visible_window
from strategies.record.sameness import Record
from strategies.runs import queue
from strategies.runs.display import run_context
from strategies.saving import changes
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.changes import VersionConflictError

DAY = 86_400
EXAMPLE = {
    "entry": "ema_stack_default_cross_bull",
    "exit_1": "ema_stack_default_cross_bear",
    "target_method": "risk_reward",
    "target_rr_ratio": 2.0,
}


@login_required
def strategy_create(request: AuthenticatedRequest) -> HttpResponse:
    """Build a new strategy; POST saves it, or only moves the state into the address."""
    builder = Builder(request, None)
    if request.method == "POST":
        return builder.submit()
    return builder.page()


@login_required
def strategy_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    builder = Builder(request, get_object_or_404(Strategy.objects.shown_to(request.user), pk=pk))
    if request.method == "POST":
        return builder.submit()
    return builder.page()


class Builder:
    """One request to the builder, for a new strategy or a stored one."""

    def __init__(self, request: AuthenticatedRequest, strategy: Strategy | None) -> None:
        self.request = request
        self.strategy = strategy
        self.names = PackNames(Pack.objects.for_user(request.user))
        self.packs = self.names.packs
        self.sources = source_offers(request.user)
        self.base = self._base()
        query = request.POST if request.method == "POST" else request.GET
        self.state = state_of_query(query, self.base, self.packs)
        self.is_untouched = strategy is None and not query
        kept = strategy.as_record() if strategy else None
        self.form = BuilderForm(
            self.packs, self.sources, self.state, kept, is_untouched=self.is_untouched
        )
        self.losses: list[str] = []
        self.conflict: Strategy | None = None

    def _base(self) -> State:
        if self.strategy is None:
            return default_state(self.request.user, self.sources)
        return {"conditions": [], "generals": [], **state_of_record(self.strategy.as_record())}

    @property
    def url(self) -> str:
        if self.strategy is None:
            return reverse("strategies:strategy-create")
        return reverse("strategies:strategy-edit", args=[self.strategy.pk])

    @property
    def address(self) -> str:
        """Where reload, back and a copied link find this state again."""
        return f"{self.url}?{query_of(self.state, self.base)}"

    @property
    def carried(self) -> list[tuple[str, Any]]:
        return self.form.carried(self.base)

    @property
    def query(self) -> str:
        """The whole state, for a new strategy that takes it over."""
        return query_of(self.state, {})

    @property
    def example_query(self) -> str:
        return query_of({**self.state, **EXAMPLE}, self.base)

    def submit(self) -> HttpResponse:
        if self.request.POST.get("action") != "save":
            return redirect(self.address)
        if self.form.is_valid():
            try:
                return self._save(self.form.record())
            except StrategyError as error:
                self.form.show_errors(error.errors)
            except ConfirmationNeededError as error:
                self.losses = error.losses
            except VersionConflictError as error:
                self.conflict = error.strategy
        is_conflict = bool(self.losses or self.conflict)
        return self.page(status=409 if is_conflict else 422)

    def _save(self, record: Record) -> HttpResponse:
        if self.strategy is None:
            saved = changes.create_strategy(self.request.user, record)
        else:
            post = self.request.POST
            saved = changes.update_strategy(
                self.strategy,
                record,
                version=int(post.get("version") or 0) if post.get("version", "").isdigit() else 0,
                confirmed=post.get("confirmed") == "on",
            )
        messages.success(self.request, saved.announcement)
        for warning in saved.warnings:
            messages.warning(self.request, warning)
        return redirect(saved.strategy)

    def page(self, status: int = 200) -> HttpResponse:
        is_part = bool(self.request.htmx) and not self.request.htmx.boosted  # type: ignore[attr-defined]
        template = "strategies/_builder.html" if is_part else "strategies/builder.html"
        response = render(self.request, template, self._context(), status=status)
        if is_part:
            response["HX-Push-Url"] = self.address
        return response

    def _context(self) -> dict[str, Any]:
        checked, faults = self._checked()
        context: dict[str, Any] = {
            "builder": self,
            "form": self.form,
            "strategy": self.strategy,
            "faults": faults,
            "warnings_now": checked.warnings if checked else [],
            "losses": self.losses,
            "conflict": self.conflict,
            "version": self._version(),
            "can_run": checked is not None,
        }
        if checked is not None:
            estimate = self._estimate(checked.record)
            run = queue.find_preview(self.request.user, checked, estimate["window"].start_ts)
            context.update(estimate, resets=self._resets(checked.record))
            context.update(run_context(run, self.names) if run else {})
        return context

    def _version(self) -> int | str:
        if self.conflict is not None:
            return self.conflict.version
        if self.request.method == "POST":
            return self.request.POST.get("version", "")
        return self.strategy.version if self.strategy else ""

    def _checked(self) -> tuple[CheckedRecord | None, list[str]]:
        """The record when it can run, else what is wrong with it."""
        if not self.form.is_valid():
            return None, []
        try:
            return check_record(self.request.user, self.form.record()), []
        except StrategyError as error:
            self.form.show_errors(error.errors)
            return None, [f"{field}: {message}" for field, message in error.errors]

    def _estimate(self, record: Record) -> dict[str, Any]:
        now_ts = queue.market_now(record["data_source"])
        window = visible_window(record, now_ts)
        end_ts = now_ts if window.end_ts is None else min(window.end_ts, now_ts)
        days = max(0, end_ts - window.start_ts) / DAY
        bars = estimated_bars(record["timeframe"], record["trading_session"], days)
        return {"estimate": bars, "size_warning": size_warning(bars), "window": window}

    def _resets(self, record: Record) -> list[str]:
        if self.strategy is None:
            return []
        return changes.differences_announced(self.strategy, record)
