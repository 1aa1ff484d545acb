"""Two tabs at one form: a second save is refused, shows both texts, and then goes through."""

import pytest
from django import forms

from accounts.models import UserSettings
from accounts.openings import Difference, differences, worded
from accounts.testing import conflict_then_save, opened_with

COLOURS = [("", "None"), ("Warm", [("r", "Red"), ("o", "Orange")]), ("b", "Blue")]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (forms.CharField(), "text", "text"),
        (forms.CharField(), None, "–"),
        (forms.IntegerField(), 7, "7"),
        (forms.BooleanField(), "on", "yes"),
        (forms.BooleanField(), None, "no"),
        (forms.ChoiceField(choices=COLOURS), "o", "Orange"),
        (forms.ChoiceField(choices=COLOURS), "", "–"),
        (forms.ChoiceField(choices=COLOURS), "gone", "gone"),
        (forms.MultipleChoiceField(choices=COLOURS), ["r", "b"], "Blue, Red"),
        (forms.MultipleChoiceField(choices=COLOURS), [], "–"),
    ],
)
def test_values_are_worded_as_the_form_words_them(field, value, said):
    assert worded(field, value) == said


def test_only_fields_that_differ_are_named_and_none_that_is_hidden():
    fields = {
        "name": forms.CharField(label="Name"),
        "size": forms.FloatField(),
        "mark": forms.CharField(widget=forms.HiddenInput),
    }
    found = differences(
        fields, {"name": "A", "size": 1.5, "mark": "x"}, {"name": "B", "size": "1.5", "mark": "y"}
    )
    assert found == [Difference("Name", "A", "B")]


def test_settings_are_not_saved_over_in_silence(client, alice):
    client.force_login(alice)
    mark = opened_with(client, "/settings/")
    plain = {"theme": "dark", "chart_visible_candles": "400"}
    first, second = ({**plain, "display_timezone": zone} for zone in ("UTC", "Europe/Berlin"))
    text = conflict_then_save(client, "/settings/display/", first, second, mark)
    assert "Saved meanwhile" in text
    assert UserSettings.objects.get(user=alice).display_timezone == "Europe/Berlin"
