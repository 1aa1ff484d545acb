"""Reasons, kinds and sources read the same in the table of trades, on alerts and in toasts."""

import pytest

from accounts.models import User
from alerts.testing import make_alert
from market.sources import label_of
from strategies.engine.walk.positions import REASON_NAMES
from strategies.models import Trade
from strategies.templatetags.strategy_text import register
from strategies.words.exits import REASONS, reason_text

pytestmark = pytest.mark.django_db


def test_every_reason_of_the_engine_has_words() -> None:
    assert set(REASON_NAMES.values()) <= set(REASONS)


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_reason_reads_the_same_everywhere(client, alice: User, reason: str) -> None:
    alert = make_alert(alice, alert_type="exit_signal", trigger=reason, exit_reason=reason)
    client.force_login(alice)
    words = reason_text(reason)
    assert alert.as_event()["exit_reason_text"] == words
    assert words in client.get(alert.get_absolute_url()).content.decode()
    assert register.filters["exit_reason"](Trade(exit_reason=reason).exit_reason) == words


def test_an_entry_has_no_reason_and_a_market_no_origin(alice: User) -> None:
    event = make_alert(alice, data_source="import:mine").as_event()
    texts = ("kind_text", "exit_reason_text", "origin_text")
    assert [event[name] for name in texts] == ["Entry", "", ""]


@pytest.mark.parametrize("source", ["simulated", "replay:0a"])
def test_a_toast_says_where_bars_that_are_not_real_come_from(alice: User, source: str) -> None:
    assert make_alert(alice, data_source=source).as_event()["origin_text"] == label_of(source)
