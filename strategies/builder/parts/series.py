"""Which bars a strategy trades on, and in which direction."""

from django import forms

from market.calendar import SESSION_WORDS
from market.timeframes import TIMEFRAMES
from strategies.builder.fields import choose_from
from strategies.builder.part import Chosen, Fields, Part, Start, State


class Series(Part):
    order = 10
    inputs = {
        "data_source": forms.ChoiceField(label="Bars"),
        "symbol": forms.ChoiceField(),
        "timeframe": forms.ChoiceField(choices=[(name, name) for name in TIMEFRAMES]),
        "direction": forms.ChoiceField(choices=[("LONG", "Long"), ("SHORT", "Short")]),
        "trading_session": forms.ChoiceField(
            label="Session", choices=[(key, words.name) for key, words in SESSION_WORDS.items()]
        ),
    }

    def defaults(self, start: Start) -> State:
        source = start.source
        return {
            "data_source": source.name if source else "",
            "symbol": source.symbols[0] if source and source.symbols else "",
            "timeframe": "1Min",
            "direction": "LONG",
            "trading_session": "RTH",
        }

    def fields(self, chosen: Chosen) -> Fields:
        fields = super().fields(chosen)
        session = SESSION_WORDS.get(chosen.text("trading_session"))
        hours = session.hours if session else ""
        fields["trading_session"].help_text = hours[:1].upper() + hours[1:]
        name = chosen.text("data_source")
        source = next((one for one in chosen.sources if one.name == name), None)
        choose_from(fields["data_source"], [(one.name, one.label) for one in chosen.sources])
        choose_from(fields["symbol"], [(one, one) for one in source.symbols] if source else [])
        return fields


PART = Series()
