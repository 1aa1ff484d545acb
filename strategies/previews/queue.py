"""Previews as work: asked for by a page, found again by their question, forgotten after days.

Only rows are touched here, so web requests may import it. The computation is in `compute`.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from market import bars as market_bars
from market import clock
from market.errors import BarsError
from strategies.bars import MAX_BARS, size_of
from strategies.engine.errors import StrategyError
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Pack, PackPreview
from strategies.previews.question import Question
from strategies.record.lookback import visible_window
from strategies.record.sameness import digest
from trader.work.life import MAX_ATTEMPTS, Life
from trader.work.limits import PerUser, lock_user
from trader.work.turns import remove

MOST_OWN_BARS = 200_000
KEEP = timedelta(days=7)
# While bars keep coming, an answer is shown again this long.
FRESH = timedelta(minutes=5)
ROWS_OF_A_TURN = 10
Status = PackPreview.Status


class PreviewError(Exception):
    """It can't be computed; the text says why and what to do."""


life = Life(
    PackPreview,
    name="pack preview",
    task="strategies.tasks.preview_pack",
    limit=PerUser(1),
    gave_up=(
        f"The worker stopped {MAX_ATTEMPTS} times during this preview, so it was given up. "
        "Try fewer days; the pack is unchanged."
    ),
    unexpected=lambda preview: (
        f"The preview stopped on an unexpected error, noted under {preview.code}. "
        "The pack is unchanged."
    ),
    faults=(StrategyError, BarsError, PreviewError),
)


def find(pack: Pack, question: Question) -> PackPreview | None:
    """The newest answer to exactly this question that still holds, or the one under way."""
    wanted = digest_of(pack, question)
    rows = PackPreview.objects.filter(user=pack.user, digest=wanted).defer("chart")
    found = rows.exclude(status=Status.CANCELLED).order_by("-created_at").first()
    return found if found is not None and _still_holds(found) else None


def digest_of(pack: Pack, question: Question) -> str:
    template, parameters, series = question
    return digest([pack.pk, template.id, parameters, *series, _window_start(question)])


def _window_start(question: Question) -> int:
    now_ts = clock.now(question.series.data_source) or int(timezone.now().timestamp())
    return visible_window({"data_days": question.series.days}, now_ts).start_ts


def _still_holds(preview: PackPreview) -> bool:
    if preview.is_active:
        return True
    if timezone.now() - preview.created_at < FRESH and preview.status == Status.FAILED:
        return True
    is_same_engine = preview.engine_version == ENGINE_VERSION
    is_fresh = timezone.now() - preview.created_at < FRESH
    return is_same_engine and (is_fresh or preview.data_version == version_of(preview))


def version_of(preview: PackPreview) -> str:
    """Changes whenever the stored bars behind it change."""
    return market_bars.data_version(
        preview.data_source, preview.symbol, preview.timeframe, preview.trading_session
    )


def start(pack: Pack, question: Question) -> PackPreview:
    """The answer that is there or under way, else a new one. Raises PreviewError.

    One that is under way for other values of the same pack ends.
    """
    with transaction.atomic():
        lock_user(pack.user_id)
        found = find(pack, question)
        if found is not None and found.status != Status.FAILED:
            return found
        _check_size(question)
        for other in PackPreview.objects.filter(pack=pack).active():
            # Not `cancel`: the successor must not wait for this one's next step.
            life.finish(other, Status.CANCELLED, label="Replaced by a newer preview")
        return life.queue(_row(pack, question))


def _row(pack: Pack, question: Question) -> PackPreview:
    return PackPreview(
        user=pack.user,
        pack=pack,
        digest=digest_of(pack, question),
        base_template=question.template.id,
        parameters=question.parameters,
        window_start_ts=_window_start(question),
        **question.series._asdict(),
    )


def _check_size(question: Question) -> None:
    series = question.series
    start_ts = _window_start(question)
    now_ts = clock.now(series.data_source) or int(timezone.now().timestamp())
    names = series.data_source, series.symbol, series.timeframe, series.trading_session
    size = size_of(*names, (start_ts, now_ts))
    for n_bars, most, what in (
        (size.n_own, MOST_OWN_BARS, f"{series.timeframe} bars"),
        (size.n_stored, MAX_BARS, "stored bars"),
    ):
        if n_bars > most:
            raise PreviewError(
                f"These {series.days:,} days hold {n_bars:,} {what}; a preview may read {most:,}. "
                "Choose fewer days or a longer timeframe."
            )


def question_of(preview: PackPreview) -> dict[str, object]:
    """Its bars, by the names of a series."""
    names = ("data_source", "symbol", "timeframe", "trading_session", "days", "direction")
    return {name: getattr(preview, name) for name in names}


def prune(now: datetime | None = None) -> int:
    """Delete previews older than a week."""
    before = (now or timezone.now()) - KEEP
    return remove(PackPreview.objects.filter(created_at__lt=before), ROWS_OF_A_TURN)
