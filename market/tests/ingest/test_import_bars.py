import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from market.ingest import runs
from market.models import Bar, DataVersion, IngestRun, Instrument
from market.sample import PATH, load_sample
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
    assert "import:mine SPY 1Min: 1 row, 1 new, 0 revised." in capsys.readouterr().out
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


def test_files_that_overlap_are_one_history_in_which_the_last_one_counts(csv):
    one = csv("one.csv", *(f"2024-03-04T14:3{m}:00Z,10,11,9,10.5,100" for m in (0, 1)))
    two = csv("two.csv", *(f"2024-03-04T14:3{m}:00Z,20,21,19,20.5,100" for m in (1, 2)))
    run(one, two)
    assert list(Bar.objects.order_by("start_ts").values_list("close", flat=True)) == [
        10.5,
        20.5,
        20.5,
    ]


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
