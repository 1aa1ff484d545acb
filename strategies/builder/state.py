"""Builder state: what the address says, laid over defaults or a stored strategy."""

from urllib.parse import parse_qsl, urlencode

from django import forms
from django.conf import settings
from django.http import QueryDict

from accounts.models import User, UserSettings
from market.sources import SAMPLE, kind_of
from strategies.builder.offers import SourceOffer
from strategies.builder.part import Start, State, Values
from strategies.builder.parts import PARTS
from strategies.builder.parts.series import PART as SERIES
from strategies.packs.names import PackNames
from strategies.record.shape import Unread

_INPUTS = [item for part in PARTS for item in part.inputs.items()]
LISTS = [name for name, field in _INPUTS if isinstance(field, forms.MultipleChoiceField)]
# Boxes: one that is not ticked is not sent.
BOXES = [name for name, field in _INPUTS if isinstance(field, forms.BooleanField)]
NO_STATE = ("csrfmiddlewaretoken", "action", "version", "confirmed", "replaces", "offered", "did")
_NOTHING: Values = {}


def default_state(user: User, sources: list[SourceOffer], said: Values = _NOTHING) -> State:
    """What an empty builder shows: bars that go on, and more than one way out.

    `said` may hold which bars are chosen by now: what suits those is offered beside them.
    """
    start = Start(usual_source(sources), UserSettings.objects.filter(user=user).first())
    series = SERIES.defaults(start)
    start = start._replace(series={name: said.get(name, plain) for name, plain in series.items()})
    return {name: value for part in PARTS for name, value in part.defaults(start).items()}


def usual_source(sources: list[SourceOffer]) -> SourceOffer | None:
    """The deployment's feed, else another that goes on, else the sample."""
    kinds = [(kind_of(one.name), one) for one in sources]
    feed = [one for kind, one in kinds if kind.kind == settings.MARKET_FEED and kind.is_shared]
    fed = [one for kind, one in kinds if kind.is_fed and kind.is_shared]
    sample = [one for one in sources if one.name == SAMPLE]
    return next(iter([*feed, *fed, *sample, *sources]), None)


def state_of_record(record: Unread) -> State:
    """The builder state of a stored strategy."""
    state = {name: value for part in PARTS for name, value in part.state_of(record).items()}
    return {name: value for name, value in state.items() if value not in (None, "")}


def state_of_query(query: QueryDict, base: State, names: PackNames) -> State:
    """The state an address or a submitted form describes, laid over `base`.

    A list that a form knows replaces the one of `base` even when it is empty; a picked addition
    and a picked pack of values are carried out here.
    """
    state = dict(base)
    is_whole_form = "entry" in query
    state.update({name: query[name] for name in query if name not in (*LISTS, *NO_STATE)})
    for name in LISTS:
        if name in query or is_whole_form:
            state[name] = list(dict.fromkeys(query.getlist(name)))
    for name in BOXES:
        if name not in query and is_whole_form:
            state[name] = ""
    for part in PARTS:
        part.fit(state, names)
    return state


def follow(state: State, base: Values, query: QueryDict) -> None:
    """Move what a form sent back as it was offered to what is offered now."""
    was = dict(parse_qsl(str(query["offered"]), keep_blank_values=True))
    for part in PARTS:
        sent = [name for name in part.following if name in query]
        if sent and not any(is_other(query[name], was.get(name)) for name in sent):
            state.update({name: base.get(name) for name in part.following})


def offered_in(base: Values) -> str:
    """What a form of this base offers, to be told by it with the next choice."""
    names = [name for part in PARTS for name in part.following]
    return urlencode({name: "" if base.get(name) is None else base[name] for name in names})


def query_of(state: Values, base: Values) -> str:
    """The shortest query that describes the state beside `base`; it always names the entry."""
    pairs: list[tuple[str, object]] = []
    for name, value in state.items():
        if isinstance(value, list):
            pairs += [(name, item) for item in value]
        elif name in BOXES:
            pairs += [(name, "on")] if value else []
        elif name == "entry" or is_other(value, base.get(name)):
            pairs.append((name, "" if value is None else value))
    return urlencode(pairs)


def carried(state: Values, base: Values, shown: Values) -> list[tuple[str, object]]:
    """What was entered in fields that are not shown now, to be there when they are again."""
    return [
        (name, value)
        for name, value in state.items()
        if name not in shown and name not in LISTS and is_other(value, base.get(name))
    ]


def is_other(value: object, base: object) -> bool:
    """Whether two values would not read alike in a form."""
    return ("" if value is None else str(value)) != ("" if base is None else str(base))
