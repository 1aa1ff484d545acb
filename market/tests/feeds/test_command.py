import pytest
from django.core.management import CommandError, call_command

from market import clock
from market.errors import BarsError
from market.management.commands.feed import Command, _replay_runner, _simulated
from market.models import Bar, Replay
from market.testing import make_bars, ts_of

HEADER = "ts,open,high,low,close,volume\n"
pytestmark = pytest.mark.django_db(transaction=True)


def options(**chosen):
    """What the command's parser makes of its defaults."""
    parser = Command().create_parser("manage.py", "feed")
    return {**vars(parser.parse_args([])), "speed": 0.0, **chosen}


def test_a_recorded_day_is_played_for_a_user(alice):
    make_bars(n_days=3)
    _replay_runner(options(user="Alice@example.com", history_days=1)).run()
    replay = Replay.objects.get()
    assert (replay.user, replay.status, replay.day.isoformat()) == (alice, "finished", "2024-03-06")
    assert clock.now(replay.source) == ts_of("2024-03-06T21:00:00Z")


def test_the_same_command_goes_on_with_an_unfinished_replay(alice):
    make_bars(n_days=2)
    first = _replay_runner(options(user=alice.email)).only
    assert _replay_runner(options(user=alice.email)).only == first
    _replay_runner(options(user=alice.email)).run()
    assert _replay_runner(options(user=alice.email)).only != first


def test_a_csv_is_imported_and_played(alice, tmp_path):
    path = tmp_path / "my_day.csv"
    path.write_text(HEADER + "2024-03-04T14:30:00Z,10,11,9,10.5,100\n")
    _replay_runner(options(user=alice.email, csv=str(path), symbol="xyz")).run()
    replay = Replay.objects.get()
    assert (replay.dataset, replay.symbol, replay.status) == ("import:my_day", "XYZ", "finished")
    assert Bar.objects.get(source=replay.source, timeframe="1Min").close == 10.5


def test_without_a_user_it_only_serves_requests():
    runner = _replay_runner(options())
    assert (runner.main, runner.only) == (None, None)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"user": "nobody@example.com"}, "no user 'nobody@example.com'"),
        ({"user": "alice@example.com"}, "no one-minute bars of SPY"),
        ({"user": "alice@example.com", "csv": "/none.csv"}, "No such file"),
    ],
)
def test_what_cannot_be_played_is_refused_by_name(alice, chosen, message):
    with pytest.raises(BarsError, match=message):
        _replay_runner(options(**chosen))


def test_the_simulated_feed_offers_the_default_symbols():
    main = _simulated(options(speed=60.0)).main
    assert main.symbols == ["SPY", "AAPL", "QQQ", "TSLA", "NVDA", "MSFT", "AMD", "META"]
    assert main.speed == 60
    assert _simulated(options(symbols="spy, qqq")).main.symbols == ["SPY", "QQQ"]


def test_a_negative_speed_is_refused():
    with pytest.raises(CommandError, match="--speed must be 0 or more"):
        call_command("feed", source="simulated", speed=-1.0)
