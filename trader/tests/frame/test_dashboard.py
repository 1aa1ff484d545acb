import pytest
from django.utils import timezone

from strategies.models import Run, Strategy

pytestmark = pytest.mark.django_db


def make_strategy(user, name="Momentum", **fields):
    values = {
        "symbol": "SPY",
        "data_source": "sample",
        "forward_test_start": timezone.now(),
        "window_start_ts": 1_583_000_000,
    }
    return Strategy.objects.create(user=user, name=name, **(values | fields))


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return lambda: client.get("/").content.decode()


def test_visitors_are_sent_to_the_login(client):
    assert client.get("/")["Location"] == "/accounts/login/?next=/"


def test_a_new_user_is_shown_the_first_step(page):
    shown = page()
    assert "Create your first strategy" in shown
    assert "Top strategy" not in shown


def test_the_best_strategy_by_total_r_is_on_top(page, alice):
    make_strategy(alice, "Weak", kpis={"total_r": 1.5, "total_trades": 3})
    make_strategy(alice, "Strong", kpis={"total_r": 12.25, "win_rate": 55.0, "total_trades": 9})
    make_strategy(alice, "Untested")
    make_strategy(alice, "Idle", kpis={"total_r": 50.0, "total_trades": 0})
    shown = page()
    assert "+12.25" in shown
    assert ">Strong</a>" in shown
    assert "55.0 %" in shown


def test_strategies_without_a_result_say_so(page, alice):
    make_strategy(alice)
    assert "No backtest has a trade yet" in page()


def test_a_first_backtest_under_way_is_said(page, alice):
    strategy = make_strategy(alice)
    Run.objects.create(
        user=alice, strategy=strategy, kind="backtest", symbol="SPY", timeframe="1Min",
        data_source="sample", window_start_ts=0, lease_until=timezone.now(),
    )  # fmt: skip
    assert "The first backtests are on their way." in page()
    assert "No backtest has a trade yet" not in page()


def test_nobody_elses_rows_are_counted_or_shown(page, alice, bob):
    make_strategy(bob, "Secret", kpis={"total_r": 99.0, "total_trades": 9})
    assert "Secret" not in page()
    assert "Create your first strategy" in page()


def test_a_name_is_never_markup(page, alice):
    make_strategy(alice, "<script>x</script>", kpis={"total_r": 1.0, "total_trades": 1})
    assert "<script>x</script>" not in page()


def test_the_page_needs_few_queries(client, alice, django_assert_max_num_queries):
    for number in range(30):
        make_strategy(
            alice, f"Strategy {number}", kpis={"total_r": float(number), "total_trades": 5}
        )
    client.force_login(alice)
    with django_assert_max_num_queries(15):
        client.get("/")
