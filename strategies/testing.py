"""Builders of this room's tests: bars, strategies that trade often on them, computed runs."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from market.testing import make_bars
from strategies import tasks
from strategies.drilldown import queue as drilldowns
from strategies.forward import queue as forward
from strategies.models import (
    Drilldown,
    ForwardRefresh,
    Pack,
    PackPreview,
    Run,
    Strategy,
    TrustCheck,
)
from strategies.packs import library
from strategies.packs.library import create_default_packs
from strategies.previews import queue as previews
from strategies.previews.question import Series, checked
from strategies.runs import queue
from strategies.saving.changes import create_strategy
from strategies.trust import queue as trust_checks

FAST_EMA: dict[str, Any] = {
    "id": "ema_stack_fast",
    "base_template": "ema_stack",
    "version": "Fast",
    "parameters": {"short_period": 3, "mid_period": 6, "long_period": 12},
}
RECORD: dict[str, Any] = {
    "name": "Fast cross",
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "1Min",
    "data_source": "sample",
    "trading_session": "RTH",
    "entry_trigger_confluence_id": "ema_stack_fast_cross_bull",
    "exit_trigger_confluence_ids": ["ema_stack_fast_cross_bear"],
    "stop_config": {"method": "atr", "atr_mult": 1.5},
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
    "data_days": 7,
    "packs": [FAST_EMA],
}


def make_market(n_days: int = 2) -> None:
    """A few sessions of SPY minutes in the source `sample`."""
    make_bars("sample", "SPY", n_days=n_days)


def make_record(**changes: Any) -> dict[str, Any]:
    return {**RECORD, **changes}


def make_strategy(owner: User, **changes: Any) -> Strategy:
    """A stored strategy with its first run waiting."""
    create_default_packs(owner)
    return create_strategy(owner, make_record(**changes)).strategy


def compute(strategy: Strategy) -> Strategy:
    """Let a worker do the strategy's waiting run; the strategy as it is then."""
    for run in strategy.runs.filter(status="queued"):
        tasks.run_backtest(run.pk)
    strategy.refresh_from_db()
    return strategy


def make_computed(owner: User, **changes: Any) -> Strategy:
    return compute(make_strategy(owner, **changes))


def make_run(owner: User, **changes: Any) -> Run:
    """A finished run of an unsaved record."""
    create_default_packs(owner)
    run = queue.start_backtest(owner, make_record(**changes))
    tasks.run_backtest(run.pk)
    run.refresh_from_db()
    return run


def make_queued_run(owner: User) -> Run:
    """The row of a waiting run; there are no bars, and no record to compute."""
    return queue.life.queue(_plain_run(owner))


def make_queued_trust_check(owner: User) -> TrustCheck:
    run = _plain_run(owner)
    run.status = Run.Status.SUCCEEDED
    run.save()
    return trust_checks.life.queue(TrustCheck(user=owner, run=run))


def make_queued_forward_refresh(owner: User) -> ForwardRefresh:
    strategy = Strategy.objects.create(
        user=owner,
        symbol="SPY",
        data_source="sample",
        forward_test_start=timezone.now(),
        window_start_ts=0,
    )
    return forward.life.queue(ForwardRefresh(user=owner, strategy=strategy, asked=1))


def make_queued_drilldown(owner: User) -> Drilldown:
    plain = {"tab": "stop", "symbol": "SPY", "data_source": "sample", "window_start_ts": 0}
    return drilldowns.life.queue(Drilldown(user=owner, digest="0", **plain))


def make_queued_pack_preview(owner: User) -> PackPreview:
    """The row of a waiting preview; there are no bars, and nothing to compute."""
    pack = library.create_pack(owner, "ema_stack", {})
    row = PackPreview(
        user=owner,
        pack=pack,
        digest="0",
        base_template=pack.base_template,
        parameters=pack.parameters,
        data_source="sample",
        symbol="SPY",
        timeframe="1Min",
        trading_session="RTH",
        direction="LONG",
        days=7,
        window_start_ts=0,
    )
    return previews.life.queue(row)


def make_preview(
    owner: User, pack: Pack, parameters: dict[str, Any] | None = None, **series: Any
) -> PackPreview:
    """A preview of a pack over the source `sample`, asked for and waiting."""
    asked = Series(**{"data_source": "sample", "symbol": "SPY", "days": 7, **series})
    values = {**pack.parameters, **(parameters or {})}
    return previews.start(pack, checked(owner, pack.base_template, values, asked))


def make_computed_preview(owner: User, pack: Pack, **series: Any) -> PackPreview:
    preview = make_preview(owner, pack, **series)
    tasks.preview_pack(preview.pk)
    preview.refresh_from_db()
    return preview


def _plain_run(owner: User) -> Run:
    plain = {"symbol": "SPY", "timeframe": "1Min", "data_source": "sample"}
    return Run(user=owner, kind=Run.Kind.PREVIEW, window_start_ts=0, **plain)


def pack_of(owner: User, pack_id: str) -> Pack:
    pack: Pack = Pack.objects.for_user(owner).get(pack_id=pack_id)
    return pack
