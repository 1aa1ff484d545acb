"""The form of a preview: the parameters of a pack as they stand, and the bars to see it over."""

from collections.abc import Mapping
from typing import NamedTuple

from django import forms
from django.http import QueryDict

from accounts.models import User
from market import catalogue
from market.sources import SAMPLE
from market.timeframes import TIMEFRAMES
from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import Pack
from strategies.packs.forms import PREFIX, ParametersForm, initial_of
from strategies.packs.parameters import ParameterError
from strategies.previews.question import (
    DAYS_LIMITS,
    DIRECTIONS,
    SESSIONS,
    Question,
    Series,
    checked,
    usual_series,
)

BETWEEN = "|"
# Fields in which what `checked` names is found on the page.
FIELDS = {"data_source": "bars", "symbol": "bars", "time_exit_config.method": "timeframe"}
SERIES_FIELDS = ("bars", "timeframe", "trading_session", "days", "direction")


class PreviewForm(ParametersForm):
    """Bound to an address or to what was posted; what that leaves out is as it is usually."""

    bars = forms.ChoiceField(label="Bars")
    timeframe = forms.ChoiceField(label="Timeframe", choices=[(one, one) for one in TIMEFRAMES])
    trading_session = forms.ChoiceField(label="Session", choices=[(one, one) for one in SESSIONS])
    days = forms.IntegerField(
        label="Days",
        min_value=DAYS_LIMITS[0],
        max_value=DAYS_LIMITS[1],
        help_text=f"{DAYS_LIMITS[0]} to {DAYS_LIMITS[1]:,}",
    )
    direction = forms.ChoiceField(
        label="Entries", choices=[(one, one.capitalize()) for one in DIRECTIONS]
    )

    def __init__(self, user: User, pack: Pack, given: QueryDict) -> None:
        self.user, self.pack = user, pack
        self.usual = usual_series(user)
        data = QueryDict(mutable=True)
        for name, value in _completed(pack, given, self.usual).items():
            data[name] = value
        super().__init__(TEMPLATES[pack.base_template], data)

    def complete_fields(self) -> None:
        field = self.fields["bars"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _bars_choices(self.user)

    @property
    def series_fields(self) -> list[forms.BoundField]:
        names = [one for one in SERIES_FIELDS if one != "direction" or self.has_direction]
        return [self[name] for name in names]

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """Those with a place for their faults."""
        return [
            *(one.field for one in self.parameter_fields if not one.is_switch),
            *self.series_fields,
        ]

    @property
    def has_direction(self) -> bool:
        """Whether it matters from which side is entered."""
        return self.template.run is None

    def question(self) -> Question | None:
        """What is asked; None with the faults beside their fields."""
        if self.usual is None or not self.is_valid():
            return None
        values = self.cleaned_data
        source, _, symbol = values["bars"].partition(BETWEEN)
        names = ("timeframe", "trading_session", "days", "direction")
        series = Series(source, symbol, **{name: values[name] for name in names})
        try:
            return checked(self.user, self.template.id, self.parameters(), series)
        except ParameterError as error:
            self.show_errors(error.errors)
        except StrategyError as error:
            for name, text in error.errors:
                shown = FIELDS.get(name, name)
                self.add_error(shown if shown in self.fields else None, text)
        return None

    def typed(self) -> dict[str, str]:
        """The parameters as an address carries them."""
        return {name: value for name, value in self.data.items() if name.startswith(PREFIX)}

    def address(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.data.items()}


def _completed(pack: Pack, given: Mapping[str, object], usual: Series | None) -> dict[str, str]:
    """The fields of the form with what was given of them; a box that is not ticked is not sent."""
    parameters = initial_of({**TEMPLATES[pack.base_template].defaults(), **pack.parameters})
    are_given = any(name in given for name in parameters)
    found = {}
    for name, value in parameters.items():
        if name in given:
            found[name] = str(given[name])
        elif not (are_given and isinstance(value, bool)):
            found[name] = _text(value)
    series = usual or Series("", "")
    found["bars"] = f"{series.data_source}{BETWEEN}{series.symbol}"
    for name in SERIES_FIELDS[1:]:
        found[name] = str(getattr(series, name))
    return found | {name: str(given[name]) for name in SERIES_FIELDS if name in given}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value)


class Group(NamedTuple):
    label: str
    options: list[tuple[str, str]]


def _bars_choices(user: User) -> list[Group]:
    """Symbols below their source, recorded ones first."""
    sources = sorted(catalogue.sources_for(user), key=lambda one: one.name != SAMPLE)
    symbols = catalogue.symbols_of([one.name for one in sources])
    return [
        Group(
            source.label,
            [
                (f"{source.name}{BETWEEN}{one.symbol}", f"{one.symbol} · {source.label}")
                for one in symbols[source.name]
            ],
        )
        for source in sources
        if symbols[source.name]
    ]
