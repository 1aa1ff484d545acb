"""Previews as work: found again, replaced, limited, forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from market.testing import make_bars
from strategies import tasks
from strategies.engine.errors import StrategyError
from strategies.models import PackPreview
from strategies.packs import library
from strategies.packs.parameters import ParameterError
from strategies.previews import queue
from strategies.previews.question import Series, checked, usual_series
from strategies.previews.queue import PreviewError
from strategies.testing import make_computed_preview, make_preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def rsi(market, alice):
    return library.create_pack(alice, "rsi_zones", {})


def test_the_same_question_is_answered_once(alice, rsi, enqueued_previews):
    first = make_computed_preview(alice, rsi)
    assert make_preview(alice, rsi).pk == first.pk
    assert make_preview(alice, rsi, days=8).pk != first.pk


def test_a_newer_question_takes_the_place_of_the_one_under_way(alice, rsi):
    first = make_preview(alice, rsi)
    second = make_preview(alice, rsi, {"rsi_period": 9})
    first.refresh_from_db()
    assert (first.status, first.progress_label) == ("cancelled", "Replaced by a newer preview")
    assert second.status == "queued"


def test_revised_bars_are_asked_about_anew(alice, rsi):
    first = make_computed_preview(alice, rsi)
    PackPreview.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert make_preview(alice, rsi).pk == first.pk
    make_bars("sample", "SPY", n_days=3)
    assert make_preview(alice, rsi).pk != first.pk


def test_a_failed_one_is_tried_again(alice, rsi):
    first = make_computed_preview(alice, rsi, trading_session="Pre-Market")
    second = make_preview(alice, rsi, trading_session="Pre-Market")
    assert (first.status, second.pk != first.pk) == ("failed", True)


def test_too_many_bars_are_refused_with_the_remedy(alice, rsi, monkeypatch):
    monkeypatch.setattr(queue, "MOST_OWN_BARS", 700)
    with pytest.raises(PreviewError, match="hold 780 1Min bars; a preview may read 700"):
        make_preview(alice, rsi)
    assert not PackPreview.objects.exists()


def test_old_ones_are_forgotten(alice, rsi):
    make_computed_preview(alice, rsi)
    queue.prune(timezone.now() + timedelta(days=6))
    assert PackPreview.objects.count() == 1
    queue.prune(timezone.now() + timedelta(days=8))
    assert not PackPreview.objects.exists()


def test_a_cancelled_one_stores_nothing(alice, rsi):
    preview = make_preview(alice, rsi)
    queue.life.cancel(preview)
    tasks.preview_pack(preview.pk)
    preview.refresh_from_db()
    assert (preview.status, preview.result) == ("cancelled", {})


@pytest.mark.parametrize(
    ("template", "changes", "field"),
    [
        ("rsi_zones", {"symbol": "XYZ"}, "symbol"),
        ("rsi_zones", {"data_source": "replay:999"}, "data_source"),
        ("rsi_zones", {"timeframe": "7Min"}, "timeframe"),
        ("rsi_zones", {"trading_session": "Night"}, "trading_session"),
        ("rsi_zones", {"days": 0}, "days"),
        ("rsi_zones", {"direction": "UP"}, "direction"),
        ("time_of_day", {"timeframe": "1Day"}, "timeframe"),
        ("eod_exit", {"timeframe": "1Day"}, "time_exit_config.method"),
        ("nothing", {}, "base_template"),
    ],
)
def test_what_is_wrong_is_named_before_anything_is_stored(market, alice, template, changes, field):
    series = Series(**{"data_source": "sample", "symbol": "SPY", **changes})
    with pytest.raises(StrategyError) as error:
        checked(alice, template, {}, series)
    assert field in [name for name, _ in error.value.errors]


def test_crossing_periods_are_named(market, alice):
    with pytest.raises(ParameterError) as error:
        checked(alice, "ema_stack", {"short_period": 50}, Series("sample", "SPY"))
    assert "mid_period" in error.value.errors


def test_the_usual_bars_are_the_recorded_ones(market, alice):
    make_bars("simulated", "AAPL")
    assert usual_series(alice) == Series("sample", "SPY")


def test_without_bars_there_is_nothing_usual(alice):
    assert usual_series(alice) is None
