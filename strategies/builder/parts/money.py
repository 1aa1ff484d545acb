"""What is at risk."""

from django import forms

from strategies.builder.part import Part, Start, State


class Money(Part):
    order = 90
    inputs = {
        "risk_per_trade": forms.FloatField(label="Risk per trade ($)", min_value=0.01),
        "starting_balance": forms.FloatField(label="Starting balance ($)", min_value=0.01),
    }

    def defaults(self, start: Start) -> State:
        return {"risk_per_trade": 100.0, "starting_balance": 10000.0}


PART = Money()
