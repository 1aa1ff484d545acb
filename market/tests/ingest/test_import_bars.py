import os
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from market.ingest import imports, runs
from market.ingest.csv_bars import instant_text
from market.models import Bar, DataVersion, IngestRun, Instrument
from market.sample import PATH, load_sample
from market.store import staging
from market.store.reading import Series, read_raw
from market.tasks import prune
from market.testing import wave
from trader.work import leases

DATA = Path(__file__).parent.parent / "data"
HEADER = "ts,open,high,low,close,volume\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def csv(tmp_path):
    def write(name, *rows, header=HEADER):
        path = tmp_path / name
        path.write_text(header + "".join(f"{row}\n" for row in rows))
        return str(path)

    return write


def run(*files, symbol="SPY", timeframe="1Min", source="mine"):
    call_command("import_bars", *files, symbol=symbol, timeframe=timeframe, source=source)


def test_bars_appear_under_the_name_of_the_import(csv, capsys):
    run(csv("a.csv", "2024-03-04T14:30:00Z,10,11,9,10.5,100"))
    bar = Bar.objects.get()
    assert (bar.source, bar.symbol, bar.timeframe) == ("import:mine", "SPY", "1Min")
    assert (bar.open, bar.close, bar.volume, bar.revision) == (10, 10.5, 100, 0)
    assert "import:mine SPY 1Min: 1 rows, 1 new, 0 revised." in capsys.readouterr().out
    assert Instrument.objects.filter(symbol="SPY").exists()


def test_importing_twice_changes_nothing(csv):
    path = csv("a.csv", "2024-03-04T14:30:00Z,10,11,9,10.5,100")
    run(path)
    run(path)
    assert Bar.objects.count() == 1
    assert DataVersion.objects.get().version == 1
    found = IngestRun.objects.order_by("started_at")
    assert [(one.n_rows, one.n_new, one.n_revised) for one in found] == [(1, 1, 0), (1, 0, 0)]


def test_one_bad_line_keeps_every_file_out(csv):
    good = csv("good.csv", "2024-03-04T14:30:00Z,10,11,9,10.5,100")
    bad = csv("bad.csv", "2024-03-04T14:31:00Z,10,8,9,10.5,100")
    with pytest.raises(CommandError, match="line 2: high 8 is below low 9") as caught:
        run(good, bad)
    assert caught.value.returncode == 2
    assert not Bar.objects.exists()
    failed = IngestRun.objects.get()
    assert failed.status == "failed"
    assert failed.error == "bad.csv: line 2: high 8 is below low 9"


def test_warnings_are_printed_and_kept(csv, capsys):
    run(csv("a.csv", "2024-03-04T14:30:00Z,12,11,9,10.5,100"))
    assert "warning: a.csv: line 2: open 12 lies outside" in capsys.readouterr().err
    assert len(IngestRun.objects.get().warnings) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeframe": "5Min"}, "derived, not stored"),
        ({"timeframe": "7Min"}, "unknown timeframe"),
        ({"source": "bad name!"}, "source name"),
        ({"symbol": "SP Y"}, "symbol 'SP Y'"),
    ],
)
def test_a_wrong_target_is_refused_by_name(csv, options, message):
    path = csv("a.csv", "2024-03-04T14:30:00Z,10,11,9,10.5,100")
    with pytest.raises(CommandError, match=message):
        run(path, **options)
    assert not Bar.objects.exists()


def test_days_stamped_at_midnight_utc_are_stored_under_their_date(capsys):
    run(str(DATA / "UTC_1Day.csv"), timeframe="1Day")
    stored = list(Bar.objects.order_by("start_ts").values_list("start_ts", "close"))
    assert "60 rows are not stamped at midnight in New York" in capsys.readouterr().err
    run(str(DATA / "NY_1Day.csv"), timeframe="1Day")
    assert "60 rows, 0 new, 0 revised." in capsys.readouterr().out
    assert list(Bar.objects.order_by("start_ts").values_list("start_ts", "close")) == stored
    assert not DataVersion.objects.get().is_derived


def test_days_must_start_at_midnight(csv):
    with pytest.raises(CommandError, match=r"line 2: .* starts at midnight in New York"):
        run(csv("a.csv", "2024-03-04T14:30:00Z,10,11,9,10.5,100"), timeframe="1Day")


@pytest.mark.parametrize(("name", "line"), [("minutes_1Day", 3), ("live_1Day", 62)])
def test_two_rows_of_one_day_are_refused_with_their_line(name, line):
    with pytest.raises(CommandError, match=f"{name}.csv: line {line}: .* lies inside the 1Day bar"):
        run(str(DATA / f"{name}.csv"), timeframe="1Day")
    assert not Bar.objects.exists()


def test_rows_that_look_like_a_longer_timeframe_are_stored_with_a_warning(capsys):
    run(str(DATA / "five_1Min.csv"))
    assert "are they 5Min bars?" in capsys.readouterr().err
    assert Bar.objects.filter(timeframe="1Min").count() == 40


def test_minutes_must_start_on_a_minute(csv):
    good, odd = (f"2024-03-04T14:{start}Z,10,11,9,10.5,100" for start in ("30:00", "31:30"))
    text = "line 3: ts 2024-03-04T14:31:30Z: a 1Min bar starts on a whole"
    with pytest.raises(CommandError, match=text):
        run(csv("a.csv", good, odd))


def running(owner):
    return IngestRun.objects.create(
        job="import:mine:SPY:1Min",
        lease_owner=owner,
        lease_until=timezone.now() + runs.RUN_LEASE,
    )


def test_only_one_import_of_a_series_runs_at_a_time(csv):
    running(leases.owner())
    with pytest.raises(CommandError, match="an import of SPY 1Min into import:mine is running"):
        run(csv("a.csv", "2024-03-04T14:30:00Z,10,11,9,10.5,100"))


def test_the_import_of_a_dead_process_does_not_block_the_next(csv):
    host = leases.owner().split(":")[0]
    dead = running(f"{host}:{os.getpid()}:1.00")
    run(csv("a.csv", "2024-03-04T14:30:00Z,10,11,9,10.5,100"))
    dead.refresh_from_db()
    assert (dead.status, Bar.objects.count()) == ("failed", 1)


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


def test_a_revised_history_is_told_once_when_it_is_there(
    tmp_path, announced, django_capture_on_commit_callbacks
):
    run(revised_wave(tmp_path))
    announced.clear()
    with django_capture_on_commit_callbacks(execute=True):
        run(revised_wave(tmp_path, 1.0))
    assert [call[:2] for call in announced] == [("import:mine", ["SPY"])]
    with django_capture_on_commit_callbacks(execute=True):
        run(revised_wave(tmp_path, 1.0))
    assert len(announced) == 1


def test_files_that_overlap_are_one_history_in_which_the_last_one_counts(csv):
    one = csv("one.csv", *(f"2024-03-04T14:3{m}:00Z,10,11,9,10.5,100" for m in (0, 1)))
    two = csv("two.csv", *(f"2024-03-04T14:3{m}:00Z,20,21,19,20.5,100" for m in (1, 2)))
    run(one, two)
    assert list(Bar.objects.order_by("start_ts").values_list("close", flat=True)) == [
        10.5,
        20.5,
        20.5,
    ]


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
    before = list(Bar.objects.values())
    ended = imports.run_ingest("import:mine", "SPY", "1Min", list, "test")
    assert (ended.status, ended.n_rows) == ("succeeded", 0)
    assert list(Bar.objects.values()) == before


def test_the_sample_is_loaded_once():
    assert load_sample().n_rows == 26_695
    assert load_sample() is None
    assert Bar.objects.filter(source="sample", timeframe="1Min").count() == 26_695
    assert not Bar.objects.filter(start_ts__range=(1546300800, 1577836800)).exists()


def test_sources_and_licences_lie_beside_the_sample():
    names = {path.name for path in PATH.parent.iterdir()}
    assert {
        "SOURCES.md",
        "pyalgotrade-Apache-2.0.txt",
        "Stock.Indicators-Apache-2.0.txt",
        "Stock.Indicators-NOTICE.txt",
    } <= names
