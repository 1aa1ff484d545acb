"""Whether what an endpoint sends means what happened: its bodies held against its events."""

from typing import NamedTuple

from webhooks.bodies.action_words import ENTRIES, EXITS
from webhooks.bodies.actions import Action, read_action
from webhooks.bodies.frozen import BRACKET
from webhooks.bodies.placeholders import names_in
from webhooks.events import EventType
from webhooks.models import Endpoint, Template

BREACH = EventType.COMPLIANCE_BREACH


class Mismatch(NamedTuple):
    """An event that would be sent as something else. `template` names the one that declares other
    events; it is empty where the words of the body are at odds."""

    event_type: str
    words: tuple[str, ...]
    template: str = ""

    @property
    def text(self) -> str:
        label = EventType(self.event_type).label
        if self.template:
            return f"{label}: the template “{self.template}” is not meant for it"
        if self.event_type == BREACH:
            return f"{label} orders nothing, and its body is an order"
        words = " ".join(f"“{word}”" for word in self.words) or "a member that only closes"
        return f"{label} would be sent with {words}"


def mismatches(endpoint: Endpoint) -> list[Mismatch]:
    """One per ticked event whose body says something else, in the order of the events."""
    found = (_mismatch(endpoint, event) for event in EventType.values if event in endpoint.events)
    return [one for one in found if one is not None]


def _mismatch(endpoint: Endpoint, event_type: str) -> Mismatch | None:
    action = action_of(endpoint, event_type)
    template = endpoint.template
    is_of_template = not (endpoint.event_bodies.get(event_type) or endpoint.payload_template)
    if is_of_template and template and template.events and event_type not in template.events:
        return Mismatch(event_type, action.words, template.name)
    suits = action.suits(event_type, has_own_body(endpoint, event_type))
    # To an order receiver a breach is no message at all; a record may hold what it likes.
    is_ordered = event_type == BREACH and endpoint.has_ttl and action.is_order
    if suits and not is_ordered:
        return None
    return Mismatch(event_type, (*action.words, *action.directions))


def action_of(endpoint: Endpoint, event_type: str) -> Action:
    return read_action(endpoint.body_text(event_type))


def has_own_body(endpoint: Endpoint, event_type: str) -> bool:
    """Whether the text that is filled in was written for this event alone."""
    if endpoint.event_bodies.get(event_type):
        return True
    if endpoint.payload_template or endpoint.template is None:
        return False
    return bool(endpoint.template.event_bodies.get(event_type))


def without_body(endpoint: Endpoint) -> list[str]:
    """Ticked events that would be sent as a chat message beside others that have their bodies."""
    texts = {event: endpoint.body_text(event) for event in endpoint.events}
    return [event for event in texts if not texts[event]] if any(texts.values()) else []


def meant_events(template: Template | None) -> list[str]:
    """The events that choosing a template ticks: those it declares, else those its body suits."""
    if template is not None and template.events:
        return [event for event in EventType.values if event in template.events]
    return suited_events(Endpoint(template=template))


def suited_events(endpoint: Endpoint) -> list[str]:
    """Those of all events that the bodies suit; all of them where they suit none."""
    every = list(EventType.values)
    candidate = Endpoint(
        template=endpoint.template,
        payload_template=endpoint.payload_template,
        event_bodies=endpoint.event_bodies,
        profile=endpoint.profile,
        events=every,
    )
    wrong = {one.event_type for one in mismatches(candidate)} | set(without_body(candidate))
    return [event for event in every if event not in wrong] or every


def sends_order(endpoint: Endpoint, event_type: str) -> bool:
    """Whether a bot that gets this body could trade on it."""
    return action_of(endpoint, event_type).is_order


def needs_confirmation(endpoint: Endpoint, event_type: str) -> bool:
    """Whether a test has to be confirmed: its receiver trades, or could."""
    return endpoint.has_ttl or sends_order(endpoint, event_type)


def carries_bracket(endpoint: Endpoint) -> bool:
    """Whether an order to enter names its stop or target: the receiver may place both."""
    ticked = ENTRIES & set(endpoint.events)
    return any(
        sends_order(endpoint, event) and BRACKET & names_in(endpoint.body_text(event))
        for event in ticked
    )


def exit_cannot_open(endpoint: Endpoint) -> bool:
    """Whether every ticked exit is spelt so that it can only close."""
    ticked = EXITS & set(endpoint.events)
    return all(action_of(endpoint, event).exit_can_open is False for event in ticked)


def closes_twice(endpoint: Endpoint) -> bool:
    """Whether a position could be closed by its bracket at the receiver and by our exit, whose
    words could then open another."""
    ticked = EXITS & set(endpoint.events)
    return (
        endpoint.stops_at == Endpoint.StopsAt.RECEIVER
        and carries_bracket(endpoint)
        and any(action_of(endpoint, event).exit_can_open for event in ticked)
    )
