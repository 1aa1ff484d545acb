"""An alert explains itself: its sentence, its page, its chart, the way to and from its trade."""

from typing import Any

import pytest

from accounts.models import User
from alerts.display import why_unsent
from alerts.explanation import bar_lines, conditions, sentence
from alerts.models import Alert, AlertConfig
from alerts.testing import make_alert, make_strategy, store_history
from strategies.models import Strategy
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db

CAUSE = (
    "Short EMA 448.31 rose above Mid EMA 448.30; a bar before it was under it (448.27 and 448.29)"
)
MACD = {
    "pack": "MACD Line (Default)", "timeframe": "", "state": "M>S+",
    "words": "MACD Line: line over signal, above zero",
}  # fmt: skip
BAR = {"open": 448.2, "high": 448.4, "low": 448.1, "close": 448.35, "volume": 1200.0}
FULL: dict[str, Any] = {
    "cause": CAUSE,
    "conditions": [MACD],
    "deciding": ["EMA Stack (Default)"],
    "risk": 0.85,
    "risk_per_trade": 100.0,
    "entry_price": 448.35,
    "initial_stop_price": 447.5,
    "bar": BAR,
    "indicators": {"EMA Stack (Default): Short EMA": 448.31, "VWAP (Default): VWAP": 447.9},
    "states": {"EMA Stack (Default)": "SML", "VWAP (Default)": "@V", "MACD Line (Default)": None},
    "before": {
        "bar": {**BAR, "close": 448.2},
        "bar_ts": 1_709_562_540,
        "indicators": {"EMA Stack (Default): Short EMA": 448.27},
        "states": {"EMA Stack (Default)": "MSL"},
    },
}
EXIT = {"alert_type": "exit_signal", "trigger": "target", "exit_reason": "target"}


@pytest.mark.parametrize(
    ("data", "fields", "text"),
    [
        (
            FULL,
            {},
            f"{CAUSE}; conditions met: MACD Line: line over signal, above zero; 117 shares at "
            "$100 risk.",
        ),
        (
            {**FULL, "conditions": []},
            {},
            f"{CAUSE}; no conditions required; 117 shares at $100 risk.",
        ),
        (
            {"cause": "High 103.20 reached the target 103.00", "conditions": [MACD]},
            EXIT,
            "High 103.20 reached the target 103.00.",
        ),
        # Alerts of earlier releases say what they have.
        (
            {"trigger_label": "EMA Stack (Default): Short > Mid Cross [C]", "confluence_met": []},
            {},
            "EMA Stack (Default): Short > Mid Cross [C]; no conditions required.",
        ),
        (
            {"trigger_label": "T", "confluence_met": ["1M-MACD_LINE_DEFAULT-M>S+"], "risk": 0.5,
             "risk_per_trade": 99.5},
            {},
            "T; conditions met: 1M-MACD_LINE_DEFAULT-M>S+; 199 shares at $99.50 risk.",
        ),
        ({}, {}, "ema_stack_default_cross_bull."),
        ({}, EXIT, "Target."),
        ({}, {"source": "test"}, "Sent by hand."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_was_stored(alice: User, data, fields, text) -> None:
    assert sentence(make_alert(alice, data=data, **fields)) == text


def test_both_bars_stand_side_by_side_and_what_decided_comes_apart(alice: User) -> None:
    lines = {line.label: line for line in bar_lines(make_alert(alice, data=FULL))}
    close, ema = lines["Close"], lines["EMA Stack (Default): Short EMA"]
    assert (close.before.value, close.now.value) == (448.2, 448.35)
    assert (ema.before.value, ema.now.value, ema.is_deciding) == (448.27, 448.31, True)
    state = lines["EMA Stack (Default)"]
    assert state.now.value.words == "full bull: short over mid over long"
    assert state.before.value.words == "pull-back in a bull order"
    assert not lines["VWAP (Default)"].is_deciding
    assert lines["VWAP (Default)"].now.value.words == "at the line, within half of band 1"
    assert lines["MACD Line (Default)"].now.value.words == "none yet"


def test_an_old_alert_shows_the_one_bar_it_knows(alice: User) -> None:
    old = {name: FULL[name] for name in ("bar", "indicators", "states")}
    lines = bar_lines(make_alert(alice, data=old))
    assert [line.before.value for line in lines[:5]] == [None] * 5
    assert all(line.is_deciding for line in lines)
    assert conditions(make_alert(alice, data=old)) == []


@pytest.fixture
def page(client, alice: User):
    client.force_login(alice)
    return client


def test_the_page_tells_it_in_words_and_folds_the_rest(page, alice: User) -> None:
    alert = make_alert(alice, data=FULL)
    text = page.get(alert.get_absolute_url()).content.decode()
    assert CAUSE in text
    assert "117 shares at $100 risk" in text
    assert "full bull: short over mid over long" in text
    assert "MACD Line: line over signal, above zero" in text
    assert "3 values of other packs" in text
    assert f"/alerts/{alert.pk}/chart/" in text
    assert "market time" in text
    assert "by the wall clock" in text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "They were not stored with this alert."),
        ({"confluence_met": []}, "None: the trigger alone opens a position."),
        ({"conditions": []}, "None: the trigger alone opens a position."),
    ],
)
def test_no_condition_is_told_from_none_known(page, alice: User, data, words) -> None:
    assert words in page.get(make_alert(alice, data=data).get_absolute_url()).content.decode()


def test_the_api_says_the_same(page, alice: User) -> None:
    alert = make_alert(alice, data=FULL)
    assert page.get(f"/api/v1/alerts/{alert.pk}/").json()["explanation"] == sentence(alert)


@pytest.fixture
def told(alice: User, raw) -> Alert:
    """An entry on the hundredth bar that is stored, with its exit five bars later."""
    store_history(raw.take(slice(0, 200)))
    strategy = make_strategy(alice)
    entry_ts = int(raw.start_ts[100])
    common = {"strategy": strategy, "entry_bar_ts": entry_ts, "data": FULL}
    make_alert(alice, bar_ts=int(raw.start_ts[105]), price=103.0, **EXIT, **common)
    return make_alert(alice, bar_ts=entry_ts, price=448.35, target_price=450.0, **common)


def test_the_chart_has_sixty_bars_with_this_one_marked(page, told: Alert, raw) -> None:
    chart = page.get(f"/alerts/{told.pk}/chart/").json()
    starts = [bar[0] for bar in chart["bars"]]
    assert len(starts) == 60
    assert starts[-1] == raw.start_ts[112]
    assert {mark["ts"] for mark in chart["markers"]} == {told.bar_ts, int(raw.start_ts[105])}
    (trade,) = chart["trades"]
    assert (trade["entry"], trade["stop"], trade["target"]) == (448.35, 447.5, 450.0)
    assert trade["exit_ts"] == int(raw.start_ts[105])
    levels = [(one["label"], one["price"]) for one in chart["levels"]]
    assert levels == [("Entry", 448.35), ("Stop", 100.75), ("Target", 450.0)]


def test_a_chart_whose_bars_are_gone_is_empty(page, alice: User) -> None:
    alert = make_alert(alice, data_source="replay:gone")
    assert page.get(f"/alerts/{alert.pk}/chart/").json()["bars"] == []


def test_a_trade_leads_to_its_alert_and_back(page, told: Alert) -> None:
    answer = page.get(f"/alerts/of-trade/{told.strategy_id}/{told.entry_bar_ts}/")
    assert Alert.objects.get(pk=answer.url.strip("/").rpartition("/")[2]).entry_bar_ts
    text = page.get(told.get_absolute_url()).content.decode()
    assert f"/strategies/{told.strategy_id}/?tab=chart&amp;at={told.entry_bar_ts}" in text


def test_a_trade_without_an_alert_leads_to_the_list(page, told: Alert) -> None:
    answer = page.get(f"/alerts/of-trade/{told.strategy_id}/1/", follow=True)
    assert answer.redirect_chain[0][0] == f"/alerts/?strategy={told.strategy_id}"
    assert "No alert tells of this trade" in answer.content.decode()


@pytest.mark.parametrize(("visitor", "status"), [("alice", 200), ("charlie", 404), ("", 302)])
def test_only_its_owner_sees_chart_and_trade(client, alice, charlie, told, visitor, status) -> None:
    if visitor:
        client.force_login({"alice": alice, "charlie": charlie}[visitor])
    assert client.get(f"/alerts/{told.pk}/chart/").status_code == status
    trade = client.get(f"/alerts/of-trade/{told.strategy_id}/{told.entry_bar_ts}/")
    assert trade.status_code == (404 if visitor == "charlie" else 302)


def test_an_alert_without_delivery_says_why(alice: User, monitored: Strategy) -> None:
    assert why_unsent(make_alert(alice)) == "You have no endpoint yet."
    make_endpoint(alice)
    assert why_unsent(make_alert(alice)).startswith("No endpoint took this alert")
    assert "this old" in why_unsent(make_alert(alice, is_late=True))
    assert why_unsent(make_alert(alice, source="test")) == "Its sender chose no endpoint."
    AlertConfig.objects.create(user=alice, strategy=monitored, send_webhooks=False)
    off = make_alert(alice, strategy=monitored)
    assert why_unsent(off).startswith("Webhooks are off for this strategy")
    replayed = make_alert(alice, strategy=monitored, data_source="replay:0a", bar_ts=60)
    assert why_unsent(replayed).startswith("Webhooks are off for this replay")


def test_a_row_is_one_link(page, alice: User) -> None:
    alert = make_alert(alice)
    text = page.get("/alerts/").content.decode()
    assert f'<a class="row-link" href="/alerts/{alert.pk}/">' in text
