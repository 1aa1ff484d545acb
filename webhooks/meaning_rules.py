"""Whether settings may be saved: what is sent has to mean what happened.

The rules that forms and the API share. A template that declares its events is never sent for
others. Words in a body of one's own may mean something else to its receiver: they are saved once
that is confirmed.
"""

from collections.abc import Iterable, Mapping

from webhooks.bodies.meaning import (
    Mismatch,
    closes_twice,
    mismatches,
    suited_events,
    without_body,
)
from webhooks.events import EventType
from webhooks.models import Endpoint, Template
from webhooks.rules import RuleError, clean_events, clean_template_text

CONFIRM = "confirm_action_mismatch"


class MeaningError(RuleError):
    """What is sent would mean something else; `field` is where that is mended."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def clean_event_bodies(bodies: Mapping[str, object]) -> dict[str, str]:
    """Texts by event, in the usual order; what is empty is left out."""
    unknown = set(bodies) - set(EventType.values)
    if unknown:
        raise RuleError(f"Unknown event: {sorted(unknown)[0]}.")
    cleaned = {}
    for event in EventType:
        try:
            text = clean_template_text(str(bodies.get(event) or ""))
        except RuleError as problem:
            raise RuleError(f"{event.label}: {problem}") from None
        if text:
            cleaned[event.value] = text
    return cleaned


def clean_meant_events(names: Iterable[str]) -> list[str]:
    """Events that a template is meant for; none means any."""
    chosen = list(names)
    return clean_events(chosen) if chosen else []


def check_endpoint(endpoint: Endpoint, is_confirmed: bool) -> None:
    """Raises `MeaningError` for settings by which a bot would be told the wrong thing."""
    bare = [EventType(event).label for event in without_body(endpoint)]
    if bare:
        raise MeaningError(
            "events",
            f"{_listed(bare)} would be sent as a chat message, since there is no body for it. "
            "Untick it, write one for it, or choose a template.",
        )
    found = mismatches(endpoint)
    declared = [one for one in found if one.template]
    if declared:
        raise MeaningError("events", _declared_text(endpoint, declared))
    if found and not is_confirmed:
        raise MeaningError(CONFIRM, _words_text(found))
    if closes_twice(endpoint):
        raise MeaningError(
            "stops_at",
            "The entry carries a stop or target, and the exit is spelt as an order that could open "
            "a position where the stop has already closed one. Let stops live here, or spell the "
            "exit so that it can only close (close, exit, flat, reduce_only).",
        )


def _declared_text(endpoint: Endpoint, found: list[Mismatch]) -> str:
    labels = _listed([str(EventType(one.event_type).label) for one in found])
    suited = [str(EventType(one).label) for one in suited_events(endpoint)]
    return (
        f"The template “{found[0].template}” is not meant for {labels}. Untick what it is not "
        f"meant for (it suits {_listed(suited)}), write a body of its own for each of them, or "
        "choose the template “Order”, which is right for every entry and exit."
    )


def _words_text(found: list[Mismatch]) -> str:
    return (
        f"{'; '.join(one.text for one in found)}. Untick what is not meant, give it a body of "
        "its own, or use {{order_action}} in place of the word. If your receiver means it so, "
        "confirm it."
    )


def _listed(words: list[str]) -> str:
    """With quotes, since the names of events hold commas."""
    return " and ".join(f"“{word}”" for word in words)


def check_template(
    template: Template, is_confirmed: bool, endpoints: Iterable[Endpoint] = ()
) -> None:
    """Raises `MeaningError`; `endpoints` are those that use the template already."""
    events = template.events or list(EventType.values)
    if not template.payload_template:
        _check_slots(template)
    if template.events:
        found = mismatches(Endpoint(template=template, events=events))
        if found and not is_confirmed:
            raise MeaningError(CONFIRM, _words_text(found))
    for endpoint in endpoints:
        before = {one.event_type for one in mismatches(endpoint)}
        endpoint.template = template
        new = [one for one in mismatches(endpoint) if one.event_type not in before]
        if new and not is_confirmed:
            raise MeaningError(
                CONFIRM, f"The endpoint “{endpoint.name}” uses it. {_words_text(new)}"
            )


def _check_slots(template: Template) -> None:
    """Without a body for all, every event that it is meant for needs its own."""
    if not template.event_bodies:
        raise MeaningError("payload_template", "Write a body, or one for each event.")
    missing = set(template.events) - set(template.event_bodies)
    if not template.events or missing:
        labels = [event.label for event in EventType if event in missing] or ["the others"]
        raise MeaningError(
            "events",
            f"There is no body for {_listed([str(one) for one in labels])}. Write one for each "
            "event it is meant for and tick these alone, or write a body for all others.",
        )
