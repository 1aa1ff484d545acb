"""What a preview says: the same as the engine of a backtest, over the bars of its window."""

import numpy as np
import pytest

from strategies import tasks
from strategies.engine.figures.distances import distance
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.nodes.groups import NodeGroup
from strategies.engine.program.compiled import node_key
from strategies.models import Pack, PackPreview
from strategies.packs import library
from strategies.previews.chart import unpacked
from strategies.previews.compute import subject_of
from strategies.previews.levels import basis_of
from strategies.testing import make_computed_preview, make_preview, pack_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ema(market, alice):
    return library.create_pack(
        alice,
        "ema_stack",
        {"parameters": {"short_period": 3, "mid_period": 6, "long_period": 12}},
    )


def test_states_and_triggers_are_those_of_the_engine(alice, ema):
    preview = make_computed_preview(alice, ema)
    subject = subject_of(preview)
    key = node_key(subject.pack, is_daily=False)
    said = NodeGroup.new([key]).step(subject.bars).of(key)
    codes, bits = said.codes[subject.first :], said.bits[subject.first :]
    states = preview.result["states"]
    assert [one["n_bars"] for one in states] == np.bincount(codes[codes >= 0], minlength=6).tolist()
    assert [one["n"] for one in preview.result["triggers"]] == [
        int(((bits >> place) & 1).sum()) for place in range(4)
    ]
    assert unpacked(preview)["codes"] == codes.tolist()


def test_bars_that_are_not_warmed_up_are_in_no_state(alice, ema):
    preview = make_computed_preview(alice, ema)
    result = preview.result
    known = sum(one["n_bars"] for one in result["states"])
    # The first bars there are: nothing before them to warm up on.
    assert result["n_without_state"] == 11
    assert known + result["n_without_state"] == result["span"]["n_bars"] == 780
    assert sum(one["share"] for one in result["states"]) == pytest.approx(1.0)


def test_only_closed_bars_of_a_longer_timeframe_are_there(alice, ema):
    preview = make_computed_preview(alice, ema, timeframe="15Min")
    bars = unpacked(preview)["bars"]
    assert preview.result["span"]["n_bars"] == len(bars) == 52
    assert {bars[place + 1][0] - bars[place][0] for place in range(25)} == {900}


def test_parameters_that_were_never_saved_are_previewed(alice, ema):
    preview = make_preview(alice, ema, {"short_period": 2})
    tasks.preview_pack(preview.pk)
    preview.refresh_from_db()
    assert preview.status == "succeeded"
    assert (preview.parameters["short_period"], pack_of(alice, ema.pack_id).revision) == (2, 1)


def test_stops_and_targets_are_those_of_the_walk(market, alice):
    library.create_default_packs(alice)
    preview = make_computed_preview(alice, pack_of(alice, "pct_half_one"))
    result, trades = preview.result, unpacked(preview)["trades"]
    assert result["n_entries"] == len(trades) > 3
    for trade in trades:
        assert trade["stop"] == pytest.approx(trade["entry"] * 0.995)
        assert trade["target"] == pytest.approx(trade["entry"] * 1.01)
    assert result["stop"]["percent"] == pytest.approx([0.5, 0.5, 0.5])
    assert sum(one["n"] for one in result["reasons"]) == result["n_entries"]


@pytest.mark.parametrize("direction", ["LONG", "SHORT"])
@pytest.mark.parametrize("pack_id", ["atr_default", "swing_2r"])
def test_distances_are_those_the_engine_gives_its_entries(market, alice, pack_id, direction):
    library.create_default_packs(alice)
    preview = make_computed_preview(alice, pack_of(alice, pack_id), direction=direction)
    subject = subject_of(preview)
    stops = distance(
        subject.spec.stop,
        basis_of(subject, subject.spec.stop),
        -1.0 if direction == "LONG" else 1.0,
    )
    starts = [int(start) // 10**9 for start in subject.visible.start_ns]
    trades = unpacked(preview)["trades"]
    assert len(trades) > 3
    for trade in trades:
        at = starts.index(trade["entry_ts"])
        assert stops[at] == pytest.approx(abs(trade["entry"] - trade["stop"]))


def test_time_exits_leave_when_they_say(market, alice):
    library.create_default_packs(alice)
    result = make_computed_preview(alice, pack_of(alice, "max_hold_4")).result
    assert result["stop"] is result["target"] is None
    assert result["held_bars"] == [4.0, 4.0, 4.0]
    assert {one["bars_held"] for one in result["entries"]} == {4}


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_every_template_has_a_preview(market, alice, template):
    pack = library.create_pack(alice, template, {})
    preview = make_computed_preview(alice, pack)
    assert (preview.status, preview.error) == ("succeeded", "")
    n_bars = len(unpacked(preview)["bars"])
    assert n_bars == preview.result["span"]["n_bars"] == 780


def test_a_pack_deleted_meanwhile_takes_its_preview_along(alice, ema, monkeypatch):
    preview = make_preview(alice, ema)
    monkeypatch.setattr(
        "strategies.previews.compute.subject_of",
        lambda preview: (Pack.objects.filter(pk=ema.pk).delete(), subject_of(preview))[1],
    )
    tasks.preview_pack(preview.pk)
    assert not PackPreview.objects.exists()


def test_a_pack_edited_meanwhile_changes_no_preview(alice, ema, monkeypatch):
    preview = make_preview(alice, ema)
    Pack.objects.filter(pk=ema.pk).update(parameters={**ema.parameters, "short_period": 5})
    tasks.preview_pack(preview.pk)
    preview.refresh_from_db()
    assert (preview.status, preview.parameters["short_period"]) == ("succeeded", 3)


def test_a_window_without_bars_says_so(alice, ema):
    preview = make_computed_preview(alice, ema, trading_session="Pre-Market")
    assert preview.status == "failed"
    assert "no 1Min bars of SPY in the session Pre-Market" in preview.error
