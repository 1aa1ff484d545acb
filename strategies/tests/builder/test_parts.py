"""The builder is made of parts: each owns its fields and keys, and a new one is one module."""

from pkgutil import iter_modules

import pytest
from django import forms

from strategies.builder import faults, form, parts, state
from strategies.builder.part import Part
from strategies.models import Strategy
from strategies.tests.builder.building import NEW, STATE, form_of, page, pushed

pytestmark = pytest.mark.usefixtures("market")


class Cooldown(Part):
    """What a module of `parts` would hold."""

    order = 85
    inputs = {"cooldown_bars": forms.IntegerField(required=False, min_value=1)}


@pytest.fixture
def cooldown(monkeypatch):
    for module in (form, state, faults):
        monkeypatch.setattr(module, "PARTS", (*parts.PARTS, Cooldown()))


def test_every_module_of_parts_is_one():
    assert len(parts.PARTS) == len(list(iter_modules(parts.__path__)))


def test_a_field_belongs_to_one_part(alice):
    shown = form_of(alice, timeframe="5Min", time_exit_method="eod_exit", breakeven="on")
    owned = [name for part in parts.PARTS for name in part.fields(shown.chosen)]
    owned += [name for part in parts.PARTS for name in part.details(shown.chosen)]
    assert sorted(owned) == sorted(shown.fields)


def test_a_key_of_the_record_is_written_by_one_part(alice):
    shown = form_of(alice, timeframe="5Min", hifi="on")
    assert shown.is_valid(), shown.errors
    written = [key for part in parts.PARTS for key in part.record_of(shown.cleaned_data, {})]
    assert sorted(written) == sorted(shown.as_record())


def test_the_field_that_shows_faults_of_a_key_is_one_of_the_same_part(alice):
    shown = form_of(alice, timeframe="5Min", target_method="risk_reward", entry_exec="LC")
    for part in parts.PARTS:
        own = {*part.fields(shown.chosen), *part.details(shown.chosen)}
        assert set(part.fault_fields.values()) <= own


@pytest.mark.parametrize("name", ["stop_method", "target_method", "trailing_method"])
def test_a_method_that_there_is_not_is_a_fault(builder, name):
    assert "bad is not one of the available choices" in page(builder, **{name: "bad"})


def test_a_new_part_is_a_field_a_parameter_and_a_key(cooldown, alice, builder):
    assert "cooldown_bars=3" in pushed(builder, cooldown_bars="3")
    shown = form_of(alice, cooldown_bars="3")
    assert shown.is_valid(), shown.errors
    assert shown.as_record()["cooldown_bars"] == 3


def test_a_new_part_is_stored_and_comes_back(cooldown, builder):
    assert builder.post(NEW, {**STATE, "cooldown_bars": "3", "action": "save"}).status_code == 302
    strategy = Strategy.objects.get()
    assert strategy.config["cooldown_bars"] == 3
    assert builder.get(f"{strategy.get_absolute_url()}edit/").context["form"]["cooldown_bars"]


def test_faults_of_a_new_part_are_beside_its_field(cooldown, alice, builder):
    shown = form_of(alice, cooldown_bars="3")
    shown.show_errors([("cooldown_bars", "Longer than the session.")])
    assert shown.errors == {"cooldown_bars": ["Longer than the session."]}
    assert "At least 1." in page(builder, cooldown_bars="0")
