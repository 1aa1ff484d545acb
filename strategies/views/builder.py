"""The builder: its state lives in the address, its backtest in a run, saving in `saving`."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.ownership import AuthenticatedRequest
from strategies.checking import CheckedRecord, check_record
from strategies.drilldown.asking import Question
from strategies.drilldown.page import drill_context, undo_of
from strategies.engine.errors import StrategyError
from strategies.models import Strategy
from strategies.record.lookback import size_warning, visible_window
from strategies.record.shape import Unread
from strategies.runs import queue
from strategies.runs.trade_table import without_place
from strategies.saving import changes
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.changes import Saved, VersionConflictError
from strategies.verdict import judged_context

# What the buttons of the form send; a third one only asks for a backtest.
RESET_AND_SAVE = "reset"
SAVING = ("save", RESET_AND_SAVE)


@login_required
def strategy_create(request: AuthenticatedRequest) -> HttpResponse:
    """Build a new strategy; POST saves it, or only moves the state into the address."""
    page = BuilderPage(request, None)
    return page.answer()


@login_required
def strategy_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = get_object_or_404(Strategy.objects.shown_to(request.user), pk=pk)
    page = BuilderPage(request, strategy)
    return page.answer()


class BuilderPage:
    """One request to the builder, for a new strategy or a stored one."""

    def __init__(self, request: AuthenticatedRequest, strategy: Strategy | None) -> None:
        self.request = request
        self.strategy = strategy
        query = (request.POST if request.method == "POST" else request.GET).copy()
        # It says nothing of the strategy.
        trades = str(query.pop("trades", [""])[-1])
        self.question = Question(request.user, query, strategy)
        self.draft = self.question.draft
        self.form = self.draft.form
        # A change of the form brings another result: a trade of the one before is none of its.
        is_changed = self.is_part or request.method == "POST"
        self.trades_query = without_place(trades) if is_changed else trades
        self.losses: list[str] = []
        self.conflict: Strategy | None = None

    @property
    def is_part(self) -> bool:
        """Whether the page takes the answer in, where it is."""
        return bool(self.request.htmx) and not self.request.htmx.boosted  # type: ignore[attr-defined]

    def answer(self) -> HttpResponse:
        status = 200
        if self.request.method == "POST":
            if self.request.POST.get("action") not in SAVING:
                return redirect(self._address())
            saved = self._saved() if self.form.is_valid() else None
            if saved is not None:
                return self._announced(saved)
            status = 409 if self.losses or self.conflict else 422
        return self._page(status)

    def _saved(self) -> Saved | None:
        """What was stored; None when it was refused, for a reason that the page then shows."""
        try:
            return self._save(self.form.as_record())
        except StrategyError as error:
            self.form.show_errors(error.errors)
        except ConfirmationNeededError as error:
            self.losses = error.losses
        except VersionConflictError as error:
            self.conflict = error.strategy
        return None

    def _save(self, record: Unread) -> Saved:
        if self.strategy is None:
            return changes.create_strategy(self.request.user, record)
        return changes.update_strategy(
            self.strategy,
            record,
            # A form that does not say what it was opened with can't know what it changes.
            version=(self.draft.version or 0) if "version" in self.request.POST else 0,
            confirmed=self.request.POST.get("action") == RESET_AND_SAVE,
        )

    def _announced(self, saved: Saved) -> HttpResponse:
        messages.success(self.request, saved.announcement)
        for warning in saved.warnings:
            messages.warning(self.request, warning)
        return redirect(saved.strategy)

    def _page(self, status: int) -> HttpResponse:
        template = "strategies/_builder.html" if self.is_part else "strategies/builder.html"
        response = render(self.request, template, self._context(), status=status)
        if self.is_part:
            response["HX-Push-Url"] = self._address()
        return response

    def _address(self) -> str:
        """That of the draft, with how the trades of its result are ordered and narrowed."""
        kept = urlencode({"trades": self.trades_query}) if self.trades_query else ""
        address = self.question.address()
        return f"{address}&{kept}" if kept else address

    def _context(self) -> dict[str, object]:
        checked, faults = self._checked()
        return {
            "builder": self.draft,
            "form": self.form,
            "strategy": self.strategy,
            "faults": faults,
            "losses": self.losses,
            "conflict": self.conflict or (self.strategy if self.draft.is_outdated else None),
            "version": self._version(),
            "trades_query": self.trades_query,
            "can_run": checked is not None,
            **drill_context(self.question),
            "undo": undo_of(self.request) if self.is_part else None,
            **(self._result_context(checked) if checked else {}),
        }

    def _version(self) -> int | str:
        """Renewed by a refused save only: whoever saves again has seen both texts."""
        if self.conflict is not None:
            return self.conflict.version
        return "" if self.draft.version is None else self.draft.version

    def _checked(self) -> tuple[CheckedRecord | None, list[str]]:
        """The record when it can run, else what is wrong with it."""
        if not self.form.is_valid():
            return None, []
        try:
            return check_record(self.request.user, self.form.as_record()), []
        except StrategyError as error:
            self.form.show_errors(error.errors)
            return None, [f"{field}: {message}" for field, message in error.errors]

    def _result_context(self, checked: CheckedRecord) -> dict[str, object]:
        """What saving or running it would mean, and its backtest when there is one."""
        record = checked.record
        now_ts = queue.market_now(record["data_source"])
        window = visible_window(record, now_ts)
        size = queue.record_size(record, window, now_ts)
        run = queue.find_preview(self.request.user, checked, window.start_ts)
        stored = self.strategy
        return {
            "window": window,
            "size": size,
            "size_warning": size_warning(size.n_own),
            "warnings_now": checked.warnings,
            "resets": changes.differences_announced(stored, record) if stored else [],
            **(judged_context(run, self.draft.names) if run else {}),
        }
