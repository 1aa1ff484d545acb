"""Finer bars that decide which of stop and target came first."""

from django import forms

from market.timeframes import TIMEFRAMES
from strategies.builder.part import Chosen, Fields, Part, Record, State, Values
from strategies.record.shape import Unread

FINEST_SECONDS = min(timeframe.seconds for timeframe in TIMEFRAMES.values())


class FinerBars(Part):
    order = 80
    inputs = {
        "hifi": forms.BooleanField(
            required=False,
            label="Resolve bars that held both stop and target by finer bars",
            help_text="Otherwise, and where there are none, the stop counts.",
        ),
    }

    def state_of(self, record: Unread) -> State:
        return {"hifi": "on" if record.get("hifi") else ""}

    def fields(self, chosen: Chosen) -> Fields:
        """Only where bars are not the finest."""
        timeframe = chosen.timeframe
        has_finer = timeframe is not None and timeframe.seconds > FINEST_SECONDS
        return super().fields(chosen) if has_finer else {}

    def record_of(self, values: Values, stored: Unread) -> Record:
        """Nothing where the box says no more than leaving it out."""
        is_said = "hifi" in values and bool(values["hifi"] or stored.get("hifi"))
        return {"hifi": values["hifi"]} if is_said else {}


PART = FinerBars()
