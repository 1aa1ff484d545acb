"""An import from beginning to end: cancelled, taken over, dead and cleaned up."""

import os

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from market.ingest import imports, runs
from market.ingest.csv_bars import instant_text
from market.models import Bar, IngestRun
from market.store import staging
from market.store.reading import Series, read_raw
from market.tasks import prune
from market.testing import wave
from trader.work import leases

HEADER = "ts,open,high,low,close,volume\n"
pytestmark = pytest.mark.django_db


def run(*files):
    call_command("import_bars", *files, symbol="SPY", timeframe="1Min", source="mine")


def running(owner):
    return IngestRun.objects.create(
        job="import:mine:SPY:1Min",
        lease_owner=owner,
        lease_until=timezone.now() + runs.RUN_LEASE,
    )


def revised_wave(tmp_path, change=0.0, n_days=20):
    """A file of minutes, in which every price of a wave is moved by as much."""
    bars, path = wave(n_days), tmp_path / f"wave{change:g}.csv"
    columns = [bars.start_ts, *(column + change for column in bars[1:5])]
    rows = [
        [instant_text(ts), *map(repr, prices)]
        for ts, *prices in zip(*map(np.ndarray.tolist, columns), strict=True)
    ]
    lines = [",".join([*row, "100"]) for row in rows]
    path.write_text(HEADER + "\n".join(lines) + "\n")
    return str(path)


def first_close():
    return read_raw("import:mine", "SPY", "1Min", 0, None).close[0]


def test_an_import_that_is_cancelled_keeps_nothing(tmp_path, monkeypatch, capsys):
    run(revised_wave(tmp_path))
    before, insert = first_close(), staging.insert

    def asked_to_stop(*args):
        insert(*args)
        call_command("import_bars", symbol="SPY", timeframe="1Min", source="mine", cancel=True)

    monkeypatch.setattr(staging, "insert", asked_to_stop)
    with pytest.raises(CommandError, match="the import was cancelled; nothing of it was kept"):
        run(revised_wave(tmp_path, 1.0))
    assert "import:mine SPY 1Min: the import ends" in capsys.readouterr().out
    assert IngestRun.objects.filter(status="cancelled", n_staged=0).count() == 1
    assert not Bar.objects.filter(edition__gt=1).exists()
    assert first_close() == before


def test_ctrl_c_cancels(tmp_path, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(staging, "insert", interrupt)
    with pytest.raises(CommandError, match="cancelled; nothing was kept") as caught:
        run(revised_wave(tmp_path))
    assert caught.value.returncode == 130
    assert IngestRun.objects.get().status == "cancelled"
    assert not Bar.objects.exists()


def test_cancelling_where_nothing_runs_is_refused_by_name():
    with pytest.raises(CommandError, match="no import of import:mine SPY 1Min is running"):
        call_command("import_bars", symbol="SPY", timeframe="1Min", source="mine", cancel=True)
    with pytest.raises(CommandError, match="name at least one FILE"):
        run()


def test_an_import_that_was_taken_over_writes_no_further_bar(tmp_path, monkeypatch):
    run(revised_wave(tmp_path))
    insert, n_taken = staging.insert, []

    def taken_over(*args):
        insert(*args)
        if not n_taken:
            n_taken.append(Bar.objects.filter(edition=2).count())
            IngestRun.objects.filter(status="running").update(status="failed")

    monkeypatch.setattr(staging, "insert", taken_over)
    with pytest.raises(CommandError, match="taken over by another process"):
        run(revised_wave(tmp_path, 1.0))
    # What is staged now belongs to whoever has taken over: it is neither added to nor removed.
    assert Bar.objects.filter(edition=2).count() == n_taken[0]


def test_what_a_dead_import_left_is_removed_at_night(tmp_path):
    run(revised_wave(tmp_path))
    dead = running(f"{leases.owner().split(':')[0]}:{os.getpid()}:1.00")
    IngestRun.objects.filter(pk=dead.pk).update(n_staged=9)
    series = Series("import:mine", "SPY", "1Min")
    staging.stage(series, wave(3, seed=1), timezone.now(), lambda n: None)
    before = first_close()
    assert Bar.objects.filter(edition=2).exists()
    assert prune()["dead_imports"] == 1
    assert not Bar.objects.filter(edition=2).exists()
    assert first_close() == before
    assert prune()["dead_imports"] == 0


def test_a_running_import_is_left_alone_at_night(tmp_path):
    run(revised_wave(tmp_path))
    IngestRun.objects.filter(pk=running(leases.owner()).pk).update(n_staged=9)
    series = Series("import:mine", "SPY", "1Min")
    staging.stage(series, wave(3, seed=1), timezone.now(), lambda n: None)
    assert prune()["dead_imports"] == 0
    assert Bar.objects.filter(edition=2).exists()


def test_what_a_dead_importer_has_replaced_is_removed_at_night(tmp_path, monkeypatch):
    run(revised_wave(tmp_path))
    n_bars = Bar.objects.count()
    monkeypatch.setattr(imports, "remove_replaced", lambda staged: None)
    run(revised_wave(tmp_path, 1.0))
    assert Bar.objects.count() == 2 * n_bars
    close = first_close()
    assert prune()["replaced_series"] == 2
    assert Bar.objects.count() == n_bars
    assert first_close() == close


def test_an_empty_fetch_erases_nothing(tmp_path):
    run(revised_wave(tmp_path))
    before = list(Bar.objects.order_by("pk").values())
    ended = imports.run_ingest("import:mine", "SPY", "1Min", list, "test")
    assert (ended.status, ended.n_rows) == ("succeeded", 0)
    assert list(Bar.objects.order_by("pk").values()) == before
