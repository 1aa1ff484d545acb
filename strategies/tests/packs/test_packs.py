"""Packs: defaults, copies, limits, and edits that reset strategies."""

import pytest
from django.urls import reverse

from strategies.engine.indicators.catalogue import DEFAULT_PACKS
from strategies.models import Pack, Strategy
from strategies.packs import library
from strategies.packs.library import PackError, create_default_packs
from strategies.packs.parameters import ParameterError
from strategies.saving import pack_changes
from strategies.saving.asking import ConfirmationNeededError
from strategies.testing import make_computed, make_strategy, pack_of

pytestmark = pytest.mark.django_db


def test_defaults_are_made_once(alice):
    create_default_packs(alice)
    create_default_packs(alice)
    assert Pack.objects.for_user(alice).count() == len(DEFAULT_PACKS)


def test_ids_of_custom_packs_are_numbered_per_user(alice, bob):
    for user in (alice, bob):
        create_default_packs(user)
    made = [library.create_pack(user, "ema_stack", {}).pack_id for user in (alice, alice, bob)]
    assert made == ["ema_stack_custom_1", "ema_stack_custom_2", "ema_stack_custom_1"]


def test_general_packs_number_from_the_second(alice):
    made = [library.create_pack(alice, "time_of_day", {}).pack_id for _ in range(2)]
    assert made == ["time_of_day_custom", "time_of_day_custom_2"]


def test_a_copy_is_enabled_custom_and_says_of_what(alice):
    create_default_packs(alice)
    copy = library.duplicate_pack(pack_of(alice, "vwap_default"))
    assert (copy.is_default, copy.description) == (False, "Copy of VWAP (Default)")


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"short_period": 0}, "short_period"),
        ({"short_period": 1.5}, "short_period"),
        ({"short_period": "x"}, "short_period"),
        ({"short_period": True}, "short_period"),
        ({"short_period": 10**400}, "short_period"),
        ({"short_period": 50}, "mid_period"),
        ({"speed": 1}, "speed"),
    ],
)
def test_parameters_out_of_their_limits_are_named(alice, parameters, field):
    create_default_packs(alice)
    pack = pack_of(alice, "ema_stack_default")
    with pytest.raises(ParameterError) as error:
        pack_changes.edit_pack(pack, {"parameters": parameters}, revision=1)
    assert field in error.value.errors


def test_an_edit_of_a_pack_in_use_names_the_strategies_first(market, alice):
    make_strategy(alice)
    pack = pack_of(alice, "ema_stack_fast")
    with pytest.raises(ConfirmationNeededError, match="Fast cross"):
        pack_changes.edit_pack(pack, {"parameters": {"short_period": 4}}, revision=1)
    assert pack_of(alice, "ema_stack_fast").parameters["short_period"] == 3


def test_a_confirmed_edit_resets_and_runs_the_strategies_again(market, alice):
    strategy = make_computed(alice)
    pack = pack_of(alice, "ema_stack_fast")
    change = pack_changes.edit_pack(
        pack, {"parameters": {"short_period": 4}}, revision=1, confirmed=True
    )
    assert change.reset == [strategy]
    assert strategy.runs.filter(status="queued").count() == 1
    assert Strategy.objects.get().is_stale


def test_renaming_a_pack_resets_nothing(market, alice):
    make_computed(alice)
    change = pack_changes.edit_pack(
        pack_of(alice, "ema_stack_fast"), {"version": "Quick"}, revision=1
    )
    assert change.reset == []


def test_a_pack_edited_elsewhere_is_a_conflict(alice):
    create_default_packs(alice)
    pack = pack_of(alice, "vwap_default")
    pack_changes.edit_pack(pack, {"version": "A"}, revision=1)
    with pytest.raises(PackError, match="elsewhere"):
        pack_changes.edit_pack(pack, {"version": "B"}, revision=1)


def test_default_packs_and_packs_in_use_stay(market, alice):
    make_strategy(alice)
    for pack_id in ("vwap_default", "ema_stack_fast"):
        with pytest.raises(PackError):
            pack_changes.delete_pack(pack_of(alice, pack_id))


def test_a_disabled_pack_still_serves_its_strategies(market, alice):
    strategy = make_computed(alice)
    library.set_enabled(pack_of(alice, "ema_stack_fast"), False)
    assert not Strategy.objects.get().is_stale
    assert strategy.trades.exists()


def test_the_page_asks_and_then_saves(market, client, alice):
    make_strategy(alice)
    pack = pack_of(alice, "ema_stack_fast")
    client.force_login(alice)
    address = reverse("strategies:pack-detail", args=[pack.pk])
    form = {"version": "Fast", "revision": 1, "p_short_period": 4, "p_mid_period": 6,
            "p_long_period": 12}  # fmt: skip
    assert "Their forward tests start anew" in client.post(address, form).content.decode()
    assert client.post(address, {**form, "confirmed": "on"}).status_code == 302
    assert pack_of(alice, "ema_stack_fast").parameters["short_period"] == 4
