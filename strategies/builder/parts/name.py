"""How a strategy is called, and what its owner notes."""

from django import forms

from strategies.builder.part import Part
from strategies.record.parts.series import NOTES_LENGTH


class Name(Part):
    order = 100
    inputs = {
        "name": forms.CharField(
            max_length=120, required=False, help_text="Left empty, it is named for you."
        ),
        "notes": forms.CharField(
            required=False, max_length=NOTES_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
        ),
    }


PART = Name()
