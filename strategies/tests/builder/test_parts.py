"""The builder is made of parts: each owns its fields and keys, and a new one is one module."""

from pkgutil import iter_modules

import pytest
from django.template import Context, Template

from strategies.builder import parts
from strategies.models import Strategy
from strategies.tests.builder.building import NEW, STATE, form_of, page, pushed
from tests.documents import block

pytestmark = pytest.mark.usefixtures("market")


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


def test_a_new_part_is_a_field_a_parameter_and_a_key(skipped_days_field, alice, builder):
    assert "skipped_days=FRI" in pushed(builder, skipped_days=["FRI"])
    shown = form_of(alice, skipped_days=["FRI"])
    assert shown.is_valid(), shown.errors
    assert shown.as_record()["skipped_days"] == ["FRI"]


def test_a_new_part_is_shown_by_its_line_of_a_template(skipped_days_field, alice):
    line = Template(block("extending.md", "form.skipped_days", "html"))
    shown = line.render(Context({"form": form_of(alice, skipped_days=["FRI"])}))
    assert "No new trades on" in shown
    assert '<option value="FRI" selected>Fri</option>' in shown


def test_a_new_part_is_stored_and_comes_back(skipped_days_field, builder):
    state = {**STATE, "skipped_days": ["FRI", "MON"]}
    assert builder.post(NEW, {**state, "action": "save"}).status_code == 302
    strategy = Strategy.objects.get()
    assert strategy.config["skipped_days"] == ["MON", "FRI"]
    shown = builder.get(f"{strategy.get_absolute_url()}edit/").context["form"]
    assert shown["skipped_days"].value() == ["MON", "FRI"]


def test_faults_of_a_new_part_are_beside_its_field(skipped_days_field, alice, builder):
    every_day = {**STATE, "skipped_days": ["MON", "TUE", "WED", "THU", "FRI"]}
    shown = builder.post(NEW, {**every_day, "action": "save"}).context["form"]
    assert shown.errors == {"skipped_days": ["Leave at least one day to trade on."]}
    assert "SUN is not one of the available choices." in page(builder, skipped_days=["SUN"])
