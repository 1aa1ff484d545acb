"""The version a strategy's form was opened with survives every answer, and a reload."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from strategies.saving import changes as saving
from strategies.testing import make_strategy
from strategies.tests.builder.building import STATE

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def strategy(builder, alice):
    return make_strategy(alice, name="Original", risk_per_trade=100.0)


@pytest.fixture
def address(strategy):
    return reverse("strategies:strategy-edit", args=[strategy.pk])


def version_in(answer):
    (version,) = re.findall(r'name="version" value="(\d+)"', answer.content.decode())
    return version


def save_elsewhere(strategy):
    changes = {"name": "Elsewhere", "risk_per_trade": 250.0}
    return saving.update_strategy(strategy, changes, version=strategy.version)


def test_a_swap_after_a_save_elsewhere_keeps_the_version_and_the_second_save_is_refused(
    builder, strategy, address
):
    opened = version_in(builder.get(address))
    save_elsewhere(strategy)
    mine = {**STATE, "name": "Mine", "stop_atr_mult": "3", "version": opened}
    swapped = builder.get(address, mine, headers=PART)
    assert version_in(swapped) == opened == "1"
    answer = builder.post(address, {**mine, "action": "save"})
    assert answer.status_code == 409
    strategy.refresh_from_db()
    assert (strategy.name, strategy.version) == ("Elsewhere", 2)


def test_the_conflict_shows_both_texts_and_saving_once_more_is_meant(builder, strategy, address):
    save_elsewhere(strategy)
    mine = {**STATE, "name": "Mine", "version": "1", "action": "save", "confirmed": "on"}
    answer = builder.post(address, mine)
    text = " ".join(answer.content.decode().split()).replace("> <", "><")
    assert '<th scope="row">Name</th><td>Elsewhere</td><td>Mine</td>' in text
    assert "<td>250.0</td><td>100</td>" in text
    assert builder.post(address, {**mine, "version": version_in(answer)}).status_code == 302
    strategy.refresh_from_db()
    assert strategy.name == "Mine"


def test_the_swap_says_at_once_that_it_was_saved_elsewhere(builder, strategy, address):
    save_elsewhere(strategy)
    answer = builder.get(address, {**STATE, "version": "1"}, headers=PART)
    assert "saved elsewhere since you opened it" in answer.content.decode()


def test_a_reload_of_the_address_does_not_renew_the_version(builder, strategy, address):
    pushed = builder.get(address, {**STATE, "version": "1"}, headers=PART)["HX-Push-Url"]
    assert parse_qs(urlsplit(pushed).query)["version"] == ["1"]
    save_elsewhere(strategy)
    assert version_in(builder.get(pushed)) == "1"


@pytest.mark.parametrize("version", ["", "x", "9" * 400, "-1", "²"])
def test_a_version_that_is_none_is_no_error_and_never_a_licence(
    builder, strategy, address, version
):
    save_elsewhere(strategy)
    assert builder.get(address, {"version": version}).status_code == 200
    answer = builder.post(address, {**STATE, "action": "save", "version": version})
    assert answer.status_code == 409
    assert builder.post(address, {**STATE, "action": "save"}).status_code == 409


def test_a_new_strategy_has_no_version(builder):
    assert 'name="version"' not in builder.get("/strategies/new/", STATE).content.decode()
