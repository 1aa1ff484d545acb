"""Computing a preview: bars in, what the pack says over them out. Only workers come here.

Nodes and positions are the same functions over the same bars as in a backtest: a bar of any
timeframe is there only once it has closed, and what is not warmed up is no state.
"""

from typing import NamedTuple

from django.db import transaction

from market import clock
from market.bars import load_bars
from market.errors import BarsError
from market.timeframes import TIMEFRAMES
from strategies.bars import MAX_BARS, first_index, held_anchor
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.spec import WARM_UP_FACTOR, PackSpec, StrategySpec
from strategies.engine.types import Bars, as_bars
from strategies.engine.version import ENGINE_VERSION
from strategies.models import PackPreview
from strategies.previews import queue
from strategies.previews.chart import packed
from strategies.previews.documents import ChartDocument, PreviewResult, SpanDocument
from strategies.previews.entries import entry_spec, pack_spec, shows_trades
from strategies.previews.levels import levels_of
from strategies.previews.said import said_by
from strategies.previews.subject import Steps, Subject
from trader.work.instants import iso

NS = 1_000_000_000


class Answer(NamedTuple):
    result: PreviewResult
    chart: ChartDocument
    data_version: str


def execute(preview: PackPreview) -> None:
    """Compute a claimed preview and store what came of it, good or bad."""
    with queue.life.settling(preview):
        answer = compute(preview)
        with transaction.atomic():
            held = queue.life.hold(preview)
            held.result, held.chart = answer.result, packed(answer.chart)
            held.data_version, held.engine_version = answer.data_version, ENGINE_VERSION
            queue.life.finish(held, PackPreview.Status.SUCCEEDED)


def compute(preview: PackPreview) -> Answer:
    """Everything a preview yields, without writing more than progress."""
    queue.life.move_on(preview, 0.05, "Loading bars")
    version = queue.version_of(preview)
    subject = subject_of(preview)
    steps = _steps(subject)
    try:
        while True:
            share, label = next(steps)
            queue.life.move_on(preview, 0.2 + 0.75 * share, label)
    except StopIteration as done:
        result, chart = done.value
    return Answer(result, chart, version)


def _steps(subject: Subject) -> Steps:
    return levels_of(subject) if shows_trades(subject.pack.template) else said_by(subject)


def subject_of(preview: PackPreview) -> Subject:
    """The pack and its bars. Raises BarsError when there are none."""
    template = TEMPLATES[preview.base_template]
    pack = pack_spec(template, preview.parameters)
    spec = entry_spec(template, preview.parameters, queue.question_of(preview))
    bars = _load(preview, spec, _warm_up_bars(pack, spec))
    first = first_index(bars, preview.window_start_ts)
    if first >= bars.n:
        raise BarsError(_no_bars_text(preview))
    seconds = TIMEFRAMES[preview.timeframe].seconds
    return Subject(pack, spec, bars, first, _span(bars.take(slice(first, None)), seconds))


def _warm_up_bars(pack: PackSpec, spec: StrategySpec) -> int:
    if shows_trades(pack.template):
        return spec.warm_up_bars
    return WARM_UP_FACTOR * pack.template.longest_period(pack.parameters)


def _load(preview: PackPreview, spec: StrategySpec, n_before: int) -> Bars:
    source, start_ts = preview.data_source, preview.window_start_ts
    now_ts = clock.now(source)
    anchor = held_anchor(source, spec, spec.timeframe, n_before, start_ts)
    series = source, spec.symbol, spec.timeframe, spec.trading_session
    bars = load_bars(*series, anchor, now_ts, now_ts)
    if not bars.n:
        raise BarsError(_no_bars_text(preview))
    if bars.n > MAX_BARS:
        raise BarsError(f"The window holds {bars.n:,} bars; {MAX_BARS:,} may be read.")
    return as_bars(bars)


def _no_bars_text(preview: PackPreview) -> str:
    since = iso(preview.window_start_ts)[:10]
    return (
        f"{preview.data_source} has no {preview.timeframe} bars of {preview.symbol} in the session "
        f"{preview.trading_session} since {since}. Choose more days, other bars or another session."
    )


def _span(bars: Bars, seconds: int) -> SpanDocument:
    return {
        "n_bars": bars.n,
        "n_dates": len(set(bars.day.tolist())),
        "first_ts": int(bars.start_ns[0]) // NS,
        "last_ts": int(bars.start_ns[-1]) // NS,
        "seconds": seconds,
    }
