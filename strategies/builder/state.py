"""Builder state: what the address says, laid over defaults or a stored strategy."""

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from accounts.models import User, UserSettings
from market.sources import SAMPLE
from strategies.builder.offers import SourceOffer
from strategies.builder.part import Start, State, Values
from strategies.builder.parts import PARTS
from strategies.packs.names import PackNames
from strategies.record.shape import Unread

_INPUTS = [item for part in PARTS for item in part.inputs.items()]
LISTS = [name for name, field in _INPUTS if isinstance(field, forms.MultipleChoiceField)]
# Boxes: one that is not ticked is not sent.
BOXES = [name for name, field in _INPUTS if isinstance(field, forms.BooleanField)]
NO_STATE = ("csrfmiddlewaretoken", "action", "version", "confirmed", "replaces")


def default_state(user: User, sources: list[SourceOffer]) -> State:
    """What an empty builder shows: the deployment's source, a stop and a target that work."""
    source = next((one for one in sources if one.name == SAMPLE), sources[0] if sources else None)
    start = Start(source, UserSettings.objects.filter(user=user).first())
    return {name: value for part in PARTS for name, value in part.defaults(start).items()}


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
