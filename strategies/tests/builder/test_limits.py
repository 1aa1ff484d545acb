"""Limits in the builder: fields, address, record, words, and what they kept out of a result."""

import json

import pytest

from strategies.models import Strategy
from strategies.record.parts.limits import NAMES
from strategies.testing import make_computed
from strategies.tests.builder.building import NEW, STATE, built, page, pushed

SET = {"max_trades_per_day": "2", "stop_after_loss_r": "1.5"}
WRONG = {"max_trades_per_day": "0", "stop_after_losses": "1.5", "stop_after_loss_r": "-1"}


def test_no_limit_is_no_key(alice, market):
    assert "limits" not in built(alice)
    assert built(alice, {"limits": {"cooldown_bars": 3}})["limits"] is None


def test_they_are_in_the_record_and_in_the_address(alice, builder):
    assert built(alice, **SET)["limits"] == {"max_trades_per_day": 2, "stop_after_loss_r": 1.5}
    assert "max_trades_per_day=2" in pushed(builder, **SET)
    assert "At most 2 trades a day; no more that day after −1.5 R" in page(builder, **SET)
    assert "None: every entry is taken" in page(builder)


def test_faults_are_beside_their_fields(builder):
    form = builder.get(NEW, {**STATE, **WRONG}).context["form"]
    assert form.errors == {
        "max_trades_per_day": ["At least 1."],
        "stop_after_losses": ["Enter a number."],
        "stop_after_loss_r": ["At least 0.01."],
    }
    assert form.shown["limits_text"] == ""


def test_a_saved_strategy_shows_them_and_edits_them(builder):
    builder.post(NEW, {**STATE, **SET, "action": "save"})
    strategy = Strategy.objects.get()
    assert strategy.config["limits"] == {"max_trades_per_day": 2, "stop_after_loss_r": 1.5}
    shown = builder.get(f"{strategy.get_absolute_url()}edit/").context["form"]
    assert [shown[name].value() for name in NAMES] == [2, None, 1.5, None, None]


@pytest.fixture
def limited(alice, market):
    return make_computed(alice, limits={"max_trades_per_day": 1, "cooldown_bars": 3})


def test_the_result_says_what_they_kept_out(limited, client):
    client.force_login(limited.user)
    result = limited.current_run.result
    n = result["rejected_by"]["max_trades_per_day"]
    assert n == result["n_rejected"] > 0
    detail = client.get(limited.get_absolute_url()).content.decode()
    sentence = f"Limits kept out {n} entries: {n} beyond 1 trade a day"
    assert f'<a href="?tab=trades#rejected">{sentence}</a>' in detail
    rules = client.get(limited.get_absolute_url(), {"tab": "configuration"}).content.decode()
    assert "At most 1 trade a day; 3 bars between trades" in rules
    rejected = client.get(limited.get_absolute_url(), {"tab": "trades"}).content.decode()
    assert "The day had as many trades as the limits allow." in rejected


def test_they_are_exported_and_imported(limited, client):
    client.force_login(limited.user)
    record = json.loads(client.get(f"{limited.get_absolute_url()}export/").content)
    assert record["limits"] == {"max_trades_per_day": 1, "cooldown_bars": 3}


def test_no_date_has_more_trades_than_they_allow(limited):
    days = [one // 86_400 for one in limited.trades.values_list("entry_bar_ts", flat=True)]
    assert len(days) == len(set(days)) > 1
